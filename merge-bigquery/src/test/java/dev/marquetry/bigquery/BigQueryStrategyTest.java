/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.Attempt.Outcome;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.LoopbackCloud;
import dev.marquetry.loopback.RecordedJob;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BigQueryStrategyTest {
    @TempDir
    private Path folder;

    private LoopbackCloud cloud;

    @BeforeEach
    void start() {
        cloud = Loopback.start().rowsPerShard(50);
    }

    @AfterEach
    void nothingIsLeft() {
        try (LoopbackCloud used = cloud) {
            assertThat(used.datasets()).isEmpty();
            assertThat(used.objects()).isEmpty();
            assertThat(used.openJobs()).isEmpty();
        }
    }

    @Test
    void moreThanTenThousandColumns_areMergedInGroups() throws IOException {
        Pair pair = new Pair(folder, 12, 1_000);
        cloud.rowsPerShard(1_000);
        MergeResult result = Loopback.strategy(cloud).build().merge(pair.request());

        assertThat(result.columns()).isEqualTo(12_002);
        assertThat(cloud.jobs(RecordedJob.Kind.QUERY)).hasSizeGreaterThan(2);
        pair.assertMerged();
    }

    @Test
    void sixHundredAndSixtyEightFiles_areLoadedEachOnceAndJoinedByFifties() throws IOException {
        Pair pair = new Pair(folder, 667, 3);
        MergeResult result = Loopback.strategy(cloud).build().merge(pair.request());

        assertThat(result.featureMatches()).hasSize(667);
        assertThat(cloud.jobs(RecordedJob.Kind.LOAD)).hasSize(668);
        assertThat(cloud.jobs(RecordedJob.Kind.QUERY)).hasSize(14);
        assertThat(cloud.peakJobs()).isLessThanOrEqualTo(BigQueryStrategy.Builder.DEFAULT_CONCURRENCY);
        pair.assertMerged();
    }

    @Test
    void groupInManyShards_isPutTogether() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        cloud.rowsPerShard(3).rowGroupRows(2);
        Loopback.strategy(cloud).build().merge(pair.request());

        pair.assertMerged();
    }

    @Test
    void unsortedExports_areSortedHere() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        Loopback.strategy(cloud).unsortedExports().build().merge(pair.request());

        assertThat(cloud.jobs(RecordedJob.Kind.QUERY))
                .allSatisfy(job -> assertThat(job.sql()).doesNotContain("ORDER BY"));
        pair.assertMerged();
    }

    @Test
    void everyJobAndDataset_carriesLabels() throws IOException {
        Pair pair = new Pair(folder, 2, 4);
        Loopback.strategy(cloud).labels(Map.of("team", "research")).build().merge(pair.request());

        assertThat(cloud.jobs())
                .isNotEmpty()
                .allSatisfy(job -> assertThat(job.labels())
                        .containsEntry("team", "research")
                        .containsKey("marquetry-run"));
    }

    @Test
    void kmsKeyAndExpiry_goToDatasetLoadsAndUploads() throws IOException {
        String key = "projects/p/locations/us/keyRings/r/cryptoKeys/k";
        Pair pair = new Pair(folder, 2, 4);
        Loopback.strategy(cloud)
                .kmsKey(key)
                .datasetExpiry(Duration.ofHours(2))
                .build()
                .merge(pair.request());

        assertThat(cloud.calls(ApiCall.DATASETS_INSERT))
                .singleElement()
                .asString()
                .contains(key, "\"defaultTableExpirationMs\":\"7200000\"");
        assertThat(cloud.calls(ApiCall.JOBS_INSERT).stream()
                        .map(Object::toString)
                        .filter(call -> call.contains("\"load\"")))
                .hasSize(3)
                .allMatch(call -> call.contains(key));
        assertThat(cloud.calls(ApiCall.UPLOAD_START))
                .hasSize(3)
                .allSatisfy(call -> assertThat(call.toString()).contains("kmsKeyName"));
        pair.assertMerged();
    }

    @Test
    void everyByte_isScannedOnce() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        Loopback.strategy(cloud).build().merge(pair.request());

        long tables = 6; // each billed as ten mebibytes at least
        assertThat(cloud.billedBytes()).isEqualTo(tables * (10 << 20));
    }

    @Test
    void cost_isToldByItemAndAsForeseen() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        BigQueryStrategy strategy = Loopback.strategy(cloud).groupFiles(2).build();
        CostEstimate estimate = strategy.estimate(pair.request());
        MergeResult result = strategy.merge(pair.request());

        assertThat(estimate.costItems())
                .extracting(CostItem::name)
                .containsExactly("scan", "staging storage", "table storage", "operations", "egress");
        assertThat(result.costItems())
                .extracting(CostItem::name)
                .containsExactly("scan", "staging storage", "table storage", "operations", "egress");
        assertThat(estimate.amount(Resource.BILLED_BYTES)).hasValue(cloud.billedBytes());
        assertThat(result.costItems().get(0).dollars())
                .isEqualTo(estimate.costItems().get(0).dollars())
                .isEqualTo(new BigDecimal("0.000477")); // 8 tables of 10 MiB at $6.25 a TiB
        assertThat(result.cost()).isEqualTo(CostItem.sum(result.costItems())).isPositive();
        assertThat(result.attempts().get(0).cost()).isEqualTo(result.cost());
    }

    @Test
    void billedBytesOfTablesOverTheLeast_areForeseenToTheByte() {
        int rows = 100_000;
        Path spine =
                Fixtures.table("spine").key("ts", LongStream.range(0, rows)).writeTo(folder);
        List<Path> features = new ArrayList<>();
        for (int f = 0; f < 2; f++) {
            Fixture file = Fixtures.table("f" + f).key("ts", LongStream.range(0, rows));
            for (int c = 0; c < 16; c++) {
                file.column(
                        "f" + f + "_" + c,
                        DoubleStream.iterate(c, value -> value + 1).limit(rows));
            }
            features.add(file.writeTo(folder));
        }
        cloud.rowsPerShard(rows);
        MergeRequest request =
                MergeRequest.onKey("ts").spine(spine).features(features).writeTo(folder.resolve("out.parquet"));
        BigQueryStrategy strategy = Loopback.strategy(cloud).groupColumns(20).build();
        long foreseen = strategy.estimate(request).amount(Resource.BILLED_BYTES).orElseThrow();
        strategy.merge(request);

        long least = 10 << 20; // the spine in both groups, and the second file, whose columns are in both
        long first = (16 + 1) * 8L * rows; // billed by whole mebibytes
        assertThat(foreseen).isEqualTo(4 * least + (first + (1 << 20) - 1 >> 20 << 20));
        assertThat(cloud.billedBytes()).isEqualTo(foreseen);
    }

    @Test
    void whatAFailedMergeCost_isInItsException() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        cloud.faults().onExports(".*").loseShard(1).always();

        assertThatThrownBy(() -> Loopback.strategy(cloud).build().merge(pair.request()))
                .isInstanceOfSatisfying(
                        MergeFailedException.class, e -> assertThat(e.cost()).isGreaterThan(new BigDecimal("0.0003")));
    }

    @Test
    void whatBigQueryDoesNotLoad_isRefusedBeforeAnythingIsSent() throws SQLException {
        Path spine = Fixtures.table("spine").key("ts", 1, 2).writeTo(folder);
        Path odd = folder.resolve("odd.parquet");
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            statement.execute("COPY (SELECT 1::BIGINT AS ts, 1.0::DOUBLE AS x) TO '" + odd
                    + "' (FORMAT PARQUET, COMPRESSION BROTLI)");
        }
        MergeRequest request =
                MergeRequest.onKey("ts").spine(spine).features(odd).writeTo(folder.resolve("out.parquet"));

        assertThat(Loopback.strategy(cloud).build().estimate(request).refusals())
                .singleElement()
                .asString()
                .contains("odd.parquet", "BROTLI");
        assertThatThrownBy(() -> Loopback.strategy(cloud).build().merge(request))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("BROTLI");
        assertThat(cloud.calls()).isEmpty();
    }

    @Test
    void tooManyBilledBytes_areBreachedBeforeAnyIsBilled() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        assertThatThrownBy(() -> Loopback.strategy(cloud)
                        .maxBilledBytes(MemorySize.mib(59))
                        .build()
                        .merge(pair.request()))
                .isInstanceOfSatisfying(LimitBreachException.class, e -> {
                    assertThat(e.breach().resource()).isEqualTo(Resource.BILLED_BYTES);
                    assertThat(e.breach().basis()).isEqualTo(Basis.PREDICTED);
                    assertThat(e.breach().phase()).isEqualTo(Phase.PREFLIGHT);
                    assertThat(e.breach().observed()).isEqualTo(60 << 20);
                });

        assertThat(cloud.billedBytes()).isZero();
        assertThat(pair.output()).doesNotExist();
    }

    @Test
    void enoughBilledBytes_areNoHindrance() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        Loopback.strategy(cloud).maxBilledBytes(MemorySize.mib(60)).build().merge(pair.request());

        pair.assertMerged();
    }

    @Test
    void progress_tellsOfEveryStep() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        List<Progress> events = new CopyOnWriteArrayList<>();
        Loopback.strategy(cloud).groupFiles(2).build().merge(pair.request(), events::add);

        assertThat(events)
                .extracting(Progress::phase)
                .isSorted()
                .contains(Phase.ALIGN, Phase.STAGE, Phase.FETCH, Phase.MOVE, Phase.VERIFY, Phase.PUBLISH);
        assertThat(events)
                .extracting(event -> event.detail().orElse(""))
                .contains("6 of 6 files loaded", "20 of 20 columns joined and fetched");
    }

    @Test
    void localBreach_fallsBackToTheSameTable() throws IOException {
        Pair pair = new Pair(folder, 5, 4);
        ResourceLimits tight =
                ResourceLimits.builder().maxMemory(MemorySize.kib(8)).build();
        MergePolicy policy = MergePolicy.startingWith(LocalArrowStrategy.within(tight))
                .fallbackTo(Loopback.strategy(cloud).build())
                .onFallback(fallback -> {})
                .build();
        MergeResult result = policy.merge(pair.request());

        assertThat(result.strategy()).isEqualTo("bigquery");
        assertThat(result.attempts())
                .extracting(attempt -> attempt.strategy() + " " + attempt.outcome())
                .containsExactly("local-arrow " + Outcome.BREACHED, "bigquery " + Outcome.SUCCEEDED);
        assertThat(result.attempts().get(0).detail()).contains("memory limit 8.0 KiB");
        assertThat(result.attempts())
                .allSatisfy(attempt -> assertThat(attempt.elapsed()).isPositive());
        pair.assertMerged();
    }

    @Test
    void clients_mustBeGiven() {
        assertThatThrownBy(
                        () -> BigQueryStrategy.builder("project", "gs://bucket").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("clients");
        assertThatThrownBy(() -> BigQueryStrategy.builder("project", "/tmp"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gs://bucket");
        assertThatThrownBy(
                        () -> BigQueryStrategy.builder("project", "gs://bucket").datasetExpiry(Duration.ofMinutes(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an hour");
    }
}
