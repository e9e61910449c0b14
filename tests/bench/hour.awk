# The table of bench/hour.sh from what measure.c wrote (program, CPU seconds, peak KiB) of Python, the
# CPU seconds of the stand-in, and the measures of our programs. Exit 1 when a target is missed.
FILENAME ~ /python.tsv$/ { python = sprintf("%-12s %5d %6.2f %9.1f   (json, split only)", "Python", 1, $2, $3 / 1024); next }
FILENAME ~ /cloud.txt$/ { cloud = sprintf("%-12s %5s %6.2f", "stand-in", "", $1); next }

{
	runs[$1]++
	cpu[$1] += $2
	all += $2
	if ($3 > peak[$1])
		peak[$1] = $3
	if ($3 > most)
		most = $3
}

function target(what, found, limit, unit) {
	printf "target: %-30s %7.2f of %g %s: %s\n", what, found, limit, unit, found <= limit ? "ok" : "MISSED"
	if (found > limit)
		missed = 1
}

END {
	print "program       runs  CPU s  peak MiB"
	sorted = "sort"
	for (p in runs)
		printf "%-12s %5d %6.2f %9.1f\n", p, runs[p], cpu[p], peak[p] / 1024 | sorted
	close(sorted)
	printf "%-12s %5s %6.2f\n%s\n%s\n", "all of ours", "", all, python, cloud
	target("own CPU for " mb " MB", all, 2 * mb / 100, "s")
	target("resident, the largest program", most / 1024, 32, "MiB")
	exit missed
}
