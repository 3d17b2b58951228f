/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.BigQueryError;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.JobStatistics;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.TableId;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Query jobs: estimates, bills and BigQuery's limits. */
class LoopbackQueryTest {
    private static final long MIB = 1L << 20;

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

    private long estimate(String sql) {
        Job job = bench.bigQuery.create(JobInfo.of(Bench.query(sql, query -> query.setDryRun(true))));
        JobStatistics.QueryStatistics statistics = job.getStatistics();
        return statistics.getTotalBytesProcessed();
    }

    private BigQueryError refused(QueryJobConfiguration query) {
        BigQueryError error = bench.run(query).getStatus().getError();
        assertThat(error).isNotNull();
        assertThat(bench.cloud.billedBytes()).isZero();
        return error;
    }

    @Test
    void aDryRunCountsReferredColumnsOnly_andRunsNothing() {
        bench.table(
                "t",
                "SELECT i AS o, i::DOUBLE AS a, i > 2 AS b, 'xyz'::BLOB AS c, NULL::BIGINT AS d FROM range(10) t(i)");
        bench.table("u", "SELECT i AS o, i AS e FROM range(4) t(i)");
        String t = Bench.path("t");
        int jobs = bench.cloud.jobs().size();

        assertThat(estimate("SELECT t.`a` FROM " + t + " AS t")).isEqualTo(80);
        assertThat(estimate("SELECT t.`b` FROM " + t + " AS t")).isEqualTo(10);
        assertThat(estimate("SELECT t.`c` FROM " + t + " AS t")).isEqualTo(50);
        assertThat(estimate("SELECT t.`d` FROM " + t + " AS t")).isZero();
        assertThat(estimate("SELECT * FROM " + t)).isEqualTo(220);
        assertThat(estimate("SELECT COUNT(*) FROM " + t)).isZero();
        assertThat(estimate(Bench.export(
                        "out/",
                        "SELECT t.`a`, u.`e` FROM " + t + " AS t LEFT JOIN " + Bench.path("u")
                                + " AS u ON u.`o` = t.`o` ORDER BY t.`o`")))
                .isEqualTo(80 + 80 + 32 + 32);

        assertThat(bench.cloud.jobs()).hasSize(jobs);
        assertThat(bench.cloud.billedBytes()).isZero();
        assertThat(bench.cloud.objects()).hasSize(2);
    }

    @Test
    void aDryRunRefusesWhatIsWrong() {
        bench.table("t", "SELECT 1 AS a");
        assertThatThrownBy(() -> estimate("SELECT t.`b` FROM " + Bench.path("t") + " AS t"))
                .isInstanceOfSatisfying(BigQueryException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(400);
                    assertThat(e.getReason()).isEqualTo("invalidQuery");
                    assertThat(e).hasMessageContaining("Name b not found inside t");
                });
        assertThatThrownBy(() -> estimate("SELECT nonsense FROM " + Bench.path("t")))
                .isInstanceOfSatisfying(
                        BigQueryException.class, e -> assertThat(e.getReason()).isEqualTo("invalidQuery"));
        assertThatThrownBy(() -> estimate("SELECT a FROM " + Bench.path("nothing")))
                .isInstanceOfSatisfying(
                        BigQueryException.class, e -> assertThat(e.getCode()).isEqualTo(404));
    }

    @Test
    void eachTableCostsTenMebibytesAtLeast_andTheBillCanBeLimited() {
        bench.table("t", "SELECT repeat('x', 1000000)::BLOB AS a FROM range(11)");
        String sql = Bench.export("out/", "SELECT t.`a` FROM " + Bench.path("t") + " AS t");

        BigQueryError error = refused(Bench.query(sql, query -> query.setMaximumBytesBilled(10 * MIB)));
        assertThat(error.getReason()).isEqualTo("bytesBilledLimitExceeded");
        assertThat(error.getMessage())
                .isEqualTo("Query exceeded limit for bytes billed: 10485760. 11534336 or higher required.");

        JobStatistics.QueryStatistics statistics =
                bench.succeed(Bench.query(sql, query -> query.setMaximumBytesBilled(11 * MIB)));
        assertThat(statistics.getTotalBytesProcessed()).isEqualTo(11_000_022);
        assertThat(statistics.getTotalBytesBilled()).isEqualTo(11 * MIB);
        assertThat(statistics.getStatementType()).hasToString("EXPORT_DATA");
        assertThat(bench.cloud.billedBytes()).isEqualTo(11 * MIB);
    }

    @Test
    void queriesTooBigAreRefused() {
        bench.table("t", "SELECT 1 AS a");
        String from = " FROM " + Bench.path("t") + " AS t";
        String columns =
                IntStream.range(0, 10_001).mapToObj(i -> "t.`a` AS c" + i).collect(Collectors.joining(", "));
        assertThat(refused(Bench.query("SELECT " + columns + from)).getMessage())
                .isEqualTo("Too many total leaf fields: 10001, max allowed field count: 10000");
        assertThat(refused(Bench.query("SELECT t.`a`" + from + " ".repeat(1 << 20)))
                        .getMessage())
                .startsWith("The query is too large.");
    }

    @Test
    void aThousandTablesAreTheMost() {
        bench.table("f0", "SELECT 1 AS o");
        StringBuilder sql = new StringBuilder("SELECT f0.`o` FROM " + Bench.path("f0") + " AS f0");
        for (int i = 1; i <= 1000; i++) {
            sql.append(" LEFT JOIN ").append(Bench.path("f" + i)).append(" AS f" + i + " ON f" + i + ".`o` = f0.`o`");
        }
        assertThat(refused(Bench.query(sql.toString())).getMessage()).contains("Max: 1000");
    }

    @Test
    void namesOfResultsMustDifferInMoreThanCase() {
        bench.table("t", "SELECT 1 AS a, 2 AS b");
        assertThat(refused(Bench.query("SELECT t.`a`, t.`b` AS `A` FROM " + Bench.path("t") + " AS t"))
                        .getMessage())
                .isEqualTo("Duplicate column names in the result are not supported. Found duplicate(s): A");
        assertThat(refused(Bench.query("SELECT 1 AS x, 2 AS X")).getMessage()).contains("Duplicate column names");
    }

    @Test
    void noNanEqualsAnother_andMissingValuesComeFirst() throws Exception {
        bench.table("t", "SELECT * FROM (VALUES (1.0::DOUBLE, 1), ('NaN'::DOUBLE, 2), (NULL, 3)) v(k, o)");
        bench.table("f", "SELECT * FROM (VALUES (1.0::DOUBLE, 'one'), ('NaN'::DOUBLE, 'nan'), (NULL, 'null')) v(k, v)");
        bench.succeed(Bench.query(Bench.export(
                "out/",
                "SELECT t.`k`, t.`o`, f.`v` FROM " + Bench.path("t") + " AS t LEFT JOIN " + Bench.path("f")
                        + " AS f ON f.`k` = t.`k` ORDER BY t.`k`")));
        assertThat(bench.rows("SELECT o, v FROM '" + bench.download("out/").get(0) + "'"))
                .contains("1,one", "2,null", "3,null")
                .first()
                .isEqualTo("3,null");
    }

    @Test
    void resultsAreDroppedOrKeptInTables() throws Exception {
        bench.table("t", "SELECT i AS a FROM range(3) t(i)");
        assertThat(bench.run(Bench.query("SELECT COUNT(*) AS n, COUNTIF(a > 1) AS m FROM " + Bench.path("t")))
                        .waitFor()
                        .getStatus()
                        .getError())
                .isNull();
        bench.succeed(Bench.query(
                "SELECT t.`a` AS b FROM " + Bench.path("t") + " AS t",
                query -> query.setDestinationTable(TableId.of(Bench.DATASET, "copy"))));
        assertThat(bench.bigQuery.getTable(TableId.of(Bench.DATASET, "copy")).getNumRows())
                .isEqualTo(3);
    }
}
