# same.jq - every figure of an old ledger that the new one does not repeat.
# jq -n -f same.jq --slurpfile old F --slurpfile new F: nothing, if all do.
# Keys may come (docs/ledger.md); the path of a file does not matter.
$old[0] | paths(type != "object" and type != "array") as $at
| select($at[-1] != "path")
| select(getpath($at) != ($new[0] | getpath($at)))
| [$at, getpath($at), ($new[0] | getpath($at))] | tostring
