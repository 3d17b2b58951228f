#!/usr/bin/env bash
# Compares whole merges with cat, DuckDB, parquet-java and Polars, checks what each wrote, and writes the tables of
# docs/BENCHMARKS.md. bench/compare.sh --help lists the options. Needs Linux, JDK 17 and Maven; node and npm for Polars.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=$root/bench/target/compare.jar
if [ ! -f "$jar" ] || [ ! -f "$root/examples/target/marquetry.jar" ] ||
  [ -n "$(find "$root" -name pom.xml -newer "$jar" -o -path '*/src/main/*' -type f -newer "$jar")" ]; then
  (cd "$root" && mvn -q -B -Dquick package -DskipTests)
fi
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar "$jar" --root "$root" "$@"
