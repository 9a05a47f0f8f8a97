# evidence.awk - what evidence.sh does with the payload of a game.
# Reads frame, connection, source port and payload in hex, of one persistent
# game whose players wait for each reply.  Looks for a treasure collected
# twice, two players on one tile, a score that fell.
function value(hex,    i, sum) {
	for (i = 1; i <= length(hex); i++)
		sum = sum * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return sum
}
function place(tile) {
	return "row " int(tile / size) ", column " tile % size
}
function tell(text) {
	print text
	found = 1
}

# A board: where the treasures and the player who asked stand.
function look(text, player,    tile, at) {
	for (tile = 0; tile < size * size; tile++) {
		at = (int(tile / size) * (5 * size + 1) + tile % size * 5) * 2
		if (substr(text, at + 3, 2) == "24")
			is_treasure[tile] = 1
		if (substr(text, at + 7, 2) == "3" player)
			move(player, tile)
	}
}
# A stay lasts from the reply that says so to the command that ends it.
function arrive(player, tile) {
	position[player] = tile
	stays++
	who[stays] = player
	where[stays] = tile
	from[stays] = frame
	until[stays] = 1e9
	stay_of[player] = stays
}
function move(player, tile) {
	if (player in position && position[player] == tile)
		return
	if (player in position)
		until[stay_of[player]] = sent[player]
	arrive(player, tile)
}
function step(player, command,    tile) {
	if (!(player in position))
		return
	tile = position[player]
	if (command == "2") tile -= size
	if (command == "3") tile += size
	if (command == "4") tile -= 1
	if (command == "6") tile += 1
	move(player, tile)
}
function collect(player, gain,    tile) {
	tile = position[player]
	if (!(player in position) || !is_treasure[tile])
		return
	if (tile in taken_by && gain == gain_of[tile])
		tell("The treasure at " place(tile) " was collected twice: " \
		    "by player " taken_by[tile] " in frame " taken_in[tile] \
		    ", by player " player " in frame " frame \
		    ", " gain " points each.")
	taken_by[tile] = player
	taken_in[tile] = frame
	gain_of[tile] = gain
}
# What is written down of a player's own score.
function note(player, score) {
	if (player in own && score < own[player])
		tell("The score of player " player " fell from " own[player] \
		    " to " score ": frames " told_in[player] " and " frame ".")
	if (player in own && score > own[player])
		collect(player, score - own[player])
	own[player] = score
	told_in[player] = frame
}
# How many scores stand before the board; sets its size.
function scores_before(bytes,    players) {
	for (players = 2; players <= 3; players++)
		for (size = 2; size <= 100; size++)
			if (2 * players + size * (5 * size + 1) == bytes)
				return players
	exit 2
}
function reply(player, body) {
	if (body == "45" || body == "4f") # refused, or quit
		return
	if (length(body) > 12)
		look(substr(body, scores_before(length(body) / 2) * 4 + 1),
		    player)
	else if (asked[player] ~ /^[2346]/)
		step(player, substr(asked[player], 1, 1))
	note(player, value(substr(body, (player - 1) * 4 + 1, 4)))
}

{ gsub(/:/, "", $4); frame = $1; stream = $2; bytes = $4 }
$3 == port && !(stream in seat) {
	seat[stream] = value(substr(bytes, 5, 2))
	bytes = substr(bytes, 7)
	if (bytes == "")
		next
}
$3 == port { reply(seat[stream], substr(bytes, 5)); next }
{ asked[seat[stream]] = bytes; sent[seat[stream]] = frame }

END {
	if (stays == 0) # no board was seen
		exit 2
	for (a = 1; a <= stays; a++)
		for (b = a + 1; b <= stays; b++)
			if (who[a] != who[b] && where[a] == where[b] &&
			    from[a] < until[b] && from[b] < until[a])
				tell("Players " who[a] " and " who[b] \
				    " both stand at " place(where[a]) \
				    ": since frames " from[a] " and " from[b] ".")
	exit found ? 0 : 1
}
