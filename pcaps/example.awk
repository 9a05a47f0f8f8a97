# example.awk - what example.sh does with a hex dump of TCP over IPv4.
function value(hex,    i, sum) {
	for (i = 1; i <= length(hex); i++)
		sum = sum * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return sum
}
function number(at, len,    i, hex) {
	for (i = at; i < at + len; i++)
		hex = hex byte[i]
	return value(hex)
}
function address(at) {
	return value(byte[at]) "." value(byte[at + 1]) "." \
	    value(byte[at + 2]) "." value(byte[at + 3])
}
# The next len bytes are of this account, and mean this.
function post(account, len, meaning,    i, hex) {
	for (i = at; i < at + len; i++)
		hex = hex (hex == "" ? "" : " ") byte[i]
	printf "    %2d  %-29s  %-11s  %s\n", at, hex, account, meaning
	at += len
	bytes[account] += len
	in_frame[account] += len
}
function ethernet() {
	post("eth", 6, "to: nobody in particular, this is lo")
	post("eth", 6, "from: likewise")
	post("eth", 2, "IPv4 follows")
}
function ip() {
	post("ip", 1, "version 4, header of 5 x 4 bytes")
	post("ip", 1, "no special service")
	post("ip", 2, "total length " number(at, 2))
	post("ip", 2, "identification")
	post("ip", 2, "do not fragment")
	post("ip", 1, "time to live " number(at, 1))
	post("ip", 1, "TCP follows")
	post("ip", 2, "checksum")
	post("ip", 4, "from " address(at))
	post("ip", 4, "to " address(at))
}
function flag_names(flags,    names) {
	if (flags % 2) names = names ", FIN"
	if (int(flags / 2) % 2) names = names ", SYN"
	if (int(flags / 4) % 2) names = names ", RST"
	if (int(flags / 8) % 2) names = names ", PSH"
	if (int(flags / 16) % 2) names = names ", ACK"
	return substr(names, 3)
}
function tcp() {
	from = number(at, 2)
	post("tcp", 2, "from port " from (from == 12345 ? ", the server" : ", the client"))
	post("tcp", 2, "to port " number(at, 2))
	post("tcp", 4, "sequence number")
	post("tcp", 4, "acknowledgement number")
	end = at - 12 + int(value(byte[at]) / 16) * 4
	post("tcp", 1, "header of " int(value(byte[at]) / 16) " x 4 bytes")
	flags = number(at, 1)
	post("tcp", 1, "flags: " flag_names(flags))
	post("tcp", 2, "window")
	post("tcp", 2, "checksum")
	post("tcp", 2, "urgent pointer, unused")
	while (at < end)
		option(value(byte[at]))
}
function option(kind) {
	if (kind == 1) post("tcp.options", 1, "nop: padding")
	else if (kind == 2) post("tcp.options", 4, "mss: at most " number(at + 2, 2) " bytes a segment")
	else if (kind == 3) post("tcp.options", 3, "window_scale: window x 2^" number(at + 2, 1))
	else if (kind == 4) post("tcp.options", 2, "sack_permitted")
	else if (kind == 8) post("tcp.options", 10, "timestamps: own, and the other's last")
	else exit 1
}
# The first rule of docs/ledger.md that fits, as far as this exchange needs.
function purpose(payload) {
	if (int(flags / 2) % 2) return "setup"
	if (payload > 0) return "data"
	if (flags % 2) { fins++; return "teardown" }
	if (!is_set_up++) return "setup"
	return fins == 2 ? "teardown" : "ack"
}
function frame_end(    payload, why) {
	if (count == 0)
		return
	frame++
	at = 0
	split("", in_frame)
	printf "## Frame %d\n\n", frame
	ethernet()
	ip()
	tcp()
	payload = count - at
	if (payload > 0)
		post("payload", payload, from == 12345 ? "two scores of 2 bytes" : \
		    "the command: down, player 1")
	why = purpose(payload)
	frames[why]++
	overhead[why] += count - payload
	printf "\nPurpose: **%s**. %d bytes = eth %d + ip %d + tcp %d + tcp.options %d%s.\n\n", \
	    why, count, in_frame["eth"], in_frame["ip"], in_frame["tcp"], \
	    in_frame["tcp.options"], payload ? " + payload " payload : ""
	total += count
	count = 0
}
/^$/ { frame_end(); next }
/^[0-9a-f]+  / {
	for (i = 2; i <= 17 && $i ~ /^[0-9a-f][0-9a-f]$/ && i - 2 < 16; i++)
		if (substr($0, 7 + (i - 2) * 3, 2) == $i)
			byte[count++] = $i
}
END {
	frame_end()
	print "## Sums\n"
	print "| account | bytes |\n|---|---|"
	split("eth ip tcp tcp.options payload", name, " ")
	for (i = 1; i <= 5; i++)
		print "| `" name[i] "` | " bytes[name[i]] " |"
	print "| all | " total " |\n"
	print "| purpose | frames | overhead bytes | from IP on |\n|---|---|---|---|"
	split("setup data teardown ack", name, " ")
	for (i = 1; i <= 4; i++)
		printf "| `%s` | %d | %d | %d |\n", name[i], frames[name[i]], \
		    overhead[name[i]], overhead[name[i]] - 14 * frames[name[i]]
	headers = bytes["ip"] + bytes["tcp"] + bytes["tcp.options"]
	printf "\nFrom the IP header on: %d bytes of headers for %d of payload, %.1f for each.\n", \
	    headers, bytes["payload"], headers / bytes["payload"]
}
