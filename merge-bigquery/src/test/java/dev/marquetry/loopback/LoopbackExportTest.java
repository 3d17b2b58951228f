/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.bigquery.JobStatistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EXPORT DATA: files, their order and types, and what may be wrong with them. */
class LoopbackExportTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
        bench.bigQuery.create(bench.dataset());
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    private static String all(String table) {
        return "SELECT t.`o` FROM " + Bench.path(table) + " AS t ORDER BY t.`o`";
    }

    private List<String> numbers(List<Path> shards) {
        List<String> rows = new ArrayList<>();
        shards.forEach(shard -> rows.addAll(bench.rows("SELECT o FROM '" + shard + "'")));
        return rows;
    }

    private static List<String> numbersTo(int end) {
        return IntStream.range(0, end).mapToObj(String::valueOf).toList();
    }

    @Test
    void rowsAreSortedAcrossFiles() {
        bench.cloud.rowsPerShard(30);
        bench.table("t", "SELECT i AS o FROM range(100) t(i) ORDER BY hash(i)");

        JobStatistics.QueryStatistics statistics = bench.succeed(Bench.query(Bench.export("out/", all("t"))));

        assertThat(statistics.getExportDataStats().getFileCount()).isEqualTo(4);
        assertThat(statistics.getExportDataStats().getRowCount()).isEqualTo(100);
        assertThat(bench.cloud.objects())
                .contains("gs://staging/out/part-000000000000.parquet", "gs://staging/out/part-000000000003.parquet");
        List<Path> shards = bench.download("out/");
        assertThat(shards).hasSize(4);
        assertThat(numbers(shards)).isEqualTo(numbersTo(100));
    }

    @Test
    void withoutOrderByRowsAreInNoOrder() {
        bench.table("t", "SELECT i AS o FROM range(100) t(i)");
        bench.succeed(Bench.query(Bench.export("out/", all("t").replaceAll(" ORDER BY.*", ""))));
        assertThat(numbers(bench.download("out/")))
                .isNotEqualTo(numbersTo(100))
                .containsExactlyInAnyOrderElementsOf(numbersTo(100));
    }

    @Test
    void filesHoldSoManyBytesAtMost() {
        bench.cloud.bytesPerShard(160);
        bench.table("t", "SELECT i AS o FROM range(50) t(i)");
        bench.succeed(Bench.query(Bench.export("out/", all("t"))));
        assertThat(bench.download("out/")).hasSize(3);
    }

    @Test
    void columnsArePlainAndOptional() {
        bench.table("t", "SELECT i::INTEGER AS o, i::FLOAT AS f, i = 1 AS b, 'x'::BLOB AS y FROM range(5000) t(i)");
        bench.cloud.rowGroupRows(2048);
        for (String codec : List.of("SNAPPY", "GZIP", "NONE")) {
            bench.succeed(Bench.query(
                    Bench.export(codec + "/", "SELECT t.`o`, t.`f`, t.`b`, t.`y` FROM " + Bench.path("t") + " AS t")
                            .replace("SNAPPY'", codec + "'")));
            ParquetFooter footer =
                    ParquetFooter.read(bench.download(codec + "/").get(0));
            int optional = 1;
            int number = List.of("NONE", "SNAPPY", "GZIP").indexOf(codec);
            List<Integer> codecs = List.of(number, number, number);
            assertThat(footer.columns())
                    .containsExactly(
                            new ParquetFooter.Column("o", ParquetFooter.Column.INT64, optional, -1, -1, codecs),
                            new ParquetFooter.Column("f", ParquetFooter.Column.DOUBLE, optional, -1, -1, codecs),
                            new ParquetFooter.Column("b", ParquetFooter.Column.BOOLEAN, optional, -1, -1, codecs),
                            new ParquetFooter.Column("y", ParquetFooter.Column.BYTE_ARRAY, optional, -1, -1, codecs));
        }
    }

    @Test
    void anEmptyResultIsAFile() {
        bench.table("t", "SELECT i AS o FROM range(0) t(i)");
        bench.succeed(Bench.query(Bench.export("out/", all("t"))));
        assertThat(numbers(bench.download("out/"))).isEmpty();
        assertThat(bench.download("out/")).hasSize(1);
    }

    /** Every column of the first and last rows is looked at; the rest would only take time. */
    @Test
    void fiftyTablesAreJoined() {
        bench.table("s", "SELECT i::INTEGER AS o FROM range(40) t(i)");
        StringBuilder sql = new StringBuilder("SELECT s.`o`");
        StringBuilder joins = new StringBuilder(" FROM " + Bench.path("s") + " AS s");
        for (int f = 0; f < 50; f++) {
            int file = f;
            StringBuilder select = new StringBuilder("SELECT (39 - i)::INTEGER AS o");
            IntStream.range(file * 20, file * 20 + 20).forEach(c -> {
                select.append(", (i * " + c + ")::DOUBLE AS c" + c);
                sql.append(", f" + file + ".`c" + c + "`");
            });
            bench.table("f" + f, select + " FROM range(" + (file == 7 ? 39 : 40) + ") t(i)");
            joins.append(" LEFT JOIN " + Bench.path("f" + f) + " AS f" + f + " ON f" + f + ".`o` = s.`o`");
        }

        bench.succeed(Bench.query(Bench.export("out/", sql.append(joins) + " ORDER BY s.`o`")));

        Path file = bench.download("out/").get(0);
        assertThat(ParquetFooter.read(file).columns()).hasSize(1001);
        assertThat(bench.rows("SELECT o, c0, c1, c139, c140, c159, c999 FROM '" + file + "' WHERE o IN (0, 38)"))
                .containsExactly("0,0.0,39.0,5421.0,null,null,38961.0", "38,0.0,1.0,139.0,140.0,159.0,999.0");
        assertThat(bench.rows("SELECT o FROM '" + file + "'")).isEqualTo(numbersTo(40));
    }

    @Test
    void statementsThatBigQueryRefusesAreRefused() {
        bench.table("t", "SELECT 1 AS o");
        String good = Bench.export("out/", all("t"));
        for (String bad : List.of(
                good.replace("part-*", "part"),
                good.replace("part-*", "*-*"),
                good.replace("SNAPPY", "ZSTD"),
                good.replace("gs://", ""))) {
            assertThat(bench.run(Bench.query(bad)).getStatus().getError().getReason())
                    .isEqualTo("invalidQuery");
        }
        bench.succeed(Bench.query(good));
        assertThat(bench.run(Bench.query(good)).getStatus().getError().getMessage())
                .contains("already has files");
        bench.succeed(Bench.query(good.replace("overwrite=false", "overwrite=true")));
        assertThat(bench.run(Bench.query(good.replace("staging/out", "elsewhere/out")))
                        .getStatus()
                        .getError()
                        .getReason())
                .isEqualTo("notFound");
    }

    @Test
    void filesCanBeOutOfOrderLostCutOrEmpty() {
        bench.cloud.rowsPerShard(10);
        bench.table("t", "SELECT i AS o FROM range(25) t(i)");
        Faults faults = bench.cloud.faults();
        faults.onExports(".*/reversed/.*").reverseShards();
        faults.onExports(".*/lost/.*").loseShard(1);
        faults.onExports(".*/cut/.*").truncateShard(2);
        faults.onExports(".*/empty/.*").addEmptyShard();
        for (String prefix : List.of("reversed/", "lost/", "cut/", "empty/")) {
            bench.succeed(Bench.query(Bench.export("out/" + prefix, all("t"))));
        }
        List<Path> reversed = bench.download("out/reversed/");
        assertThat(reversed).hasSize(3);
        assertThat(numbers(reversed)).isNotEqualTo(numbersTo(25)).containsExactlyInAnyOrderElementsOf(numbersTo(25));
        assertThat(bench.cloud.objects())
                .contains("gs://staging/out/lost/part-000000000000.parquet")
                .doesNotContain("gs://staging/out/lost/part-000000000001.parquet");
        assertThat(Bench.bytes(bench.download("out/cut/").get(2)))
                .satisfies(bytes -> assertThat(
                                new String(bytes, bytes.length - 4, 4, java.nio.charset.StandardCharsets.US_ASCII))
                        .isNotEqualTo("PAR1"));
        assertThat(bench.download("out/empty/")).hasSize(4).allMatch(Files::exists);
        assertThat(numbers(bench.download("out/empty/"))).isEqualTo(numbersTo(25));
    }
}
