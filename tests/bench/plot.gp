# gnuplot -c plot.gp svg|png: how long each program took, as ratios to cat, from plot.long and
# plot.short in the working directory.
terminal = ARG1
if (terminal eq "svg") {
	set terminal svg size 1200,620 font "sans,12" background "white"
} else {
	set terminal pngcairo size 1200,620 font "sans,11"
}
set output "bench.".terminal
set multiplot layout 1,2
set style fill solid 0.85 noborder
set logscale x
set xrange [0.4:400]
set xtics (0.5, 1, 2, 5, 10, 20, 50, 100)
set grid xtics
set xlabel "time, cat = 1"
unset key
colour(kind) = kind eq "ours" ? 0x2a7e43 : kind eq "floor" ? 0x999999 : 0x4472b8
do for [work in "long short"] {
	set title (work eq "long" ? "Splitting records of 1.3 KB" : "Splitting records of 150 bytes")
	plot "plot.".work using (0.4):0:(0.4):2:($0 - 0.4):($0 + 0.4):(colour(strcol(3))):yticlabel(1) \
		with boxxyerror linecolor rgb variable, \
		"" using 2:0:(sprintf("  %.2f", $2)) with labels left font ",9"
}
unset multiplot
