#!/usr/bin/env bash
# Times whole merges, JVM start included, beside `cat inputs > output && sync output` over the same files, and watches the
# process's RssAnon. Usage: bench/whole-process.sh [FOLDER] [FILES] [RUNS] [MEMORY]
# Needs examples/target/marquetry.jar (mvn -q -Dquick package -DskipTests) and Linux's /proc.
set -euo pipefail
folder=${1:-/tmp/marquetry-bench}
files=${2:-200}
runs=${3:-3}
memory=${4:-256MB}
jar=$(cd "$(dirname "$0")/.." && pwd)/examples/target/marquetry.jar
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
read -r -a command <<<"${MARQUETRY:-$java -jar $jar}"

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }'; }
least() { sort -n | head -n 1; }

peak_rss_anon() { # PID: prints the largest RssAnon seen while it lives, in MiB
  local most=0 value
  while value=$(awk '/^RssAnon/ { print $2 }' "/proc/$1/status" 2>/dev/null) && [ -n "$value" ]; do
    [ "$value" -gt "$most" ] && most=$value
    sleep 0.01
  done
  echo $((most / 1024))
}

mkdir -p "$folder"
printf '| shape | input | cat and sync | merge | ratio | RssAnon |\n|---|---|---|---|---|---|\n'
for shape in aligned gappy shuffled; do
  pair=$folder/$shape-$files
  [ -f "$pair/targets.parquet" ] || "${command[@]}" sample "$pair" --files "$files" --shape "$shape" >"$folder/sample.log" 2>&1
  out=$folder/out.parquet
  bytes=$(cat "$pair"/*.parquet | wc -c) # warms the page cache, too
  cats="" merges="" rss=0
  for _ in $(seq "$runs"); do
    rm -f "$out"
    sync -f "$folder"
    begin=$(now)
    cat "$pair"/*.parquet >"$out" && sync "$out"
    cats+="$(since "$begin")"$'\n'
    rm -f "$out"
    sync -f "$folder"
    begin=$(now)
    "${command[@]}" merge --key interval_time --spine "$pair/targets.parquet" --features "$pair" \
      --output "$out" --memory "$memory" >"$folder/merge.log" 2>&1 &
    pid=$!
    seen=$(peak_rss_anon $pid)
    wait $pid || { cat "$folder/merge.log" >&2; exit 1; }
    merges+="$(since "$begin")"$'\n'
    [ "$seen" -gt "$rss" ] && rss=$seen
  done
  best_cat=$(printf '%s' "$cats" | least)
  best_merge=$(printf '%s' "$merges" | least)
  awk -v s="$shape" -v b="$bytes" -v c="$best_cat" -v m="$best_merge" -v r="$rss" \
    'BEGIN { printf "| %s | %.2f GB | %.2f s | %.2f s | %.2f | %d MiB |\n", s, b / 1e9, c, m, m / c, r }'
  rm -f "$out"
done
