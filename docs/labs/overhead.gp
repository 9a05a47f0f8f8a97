# overhead.gp - lab 3's plot: points.txt holds commands, one-shot, persistent.
set terminal pngcairo size 800,500
set output "overhead.png"
set title "Header bytes of N commands (IP and TCP)"
set xlabel "commands"
set ylabel "bytes"
set key left top
set xrange [0.5:6.5]
set xtics 1
set yrange [0:]
plot 536 * x title "536 N" with lines linecolor 1, \
    484 + 156 * x title "484 + 156 N" with lines linecolor 2, \
    "points.txt" using 1:2 title "one-shot, measured" with points linecolor 1 pointtype 7, \
    "points.txt" using 1:3 title "persistent, measured" with points linecolor 2 pointtype 7
