/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.DatasetId;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that tests order, as Google's clients see them. */
class LoopbackFaultsTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    private void createDataset() {
        bench.bigQuery.create(bench.dataset());
    }

    @Test
    void theFirstCallFails_unlessToldOtherwise() {
        CallFault fault = bench.cloud.faults().on(ApiCall.DATASETS_INSERT).answer(503);
        assertThatThrownBy(this::createDataset)
                .isInstanceOfSatisfying(
                        BigQueryException.class, e -> assertThat(e.getCode()).isEqualTo(503));
        assertThat(bench.cloud.datasets()).isEmpty();
        createDataset();
        assertThat(fault.hits()).isEqualTo(1);
        assertThat(bench.cloud.calls(ApiCall.DATASETS_INSERT)).hasSize(2);
    }

    @Test
    void occasionsAreChosen() {
        bench.cloud
                .faults()
                .on("GET", "/bigquery/v2/projects/[^/]+/datasets/.*")
                .answer(429)
                .onlyOn(2);
        DatasetId id = DatasetId.of("nothing");
        assertThat(bench.bigQuery.getDataset(id)).isNull();
        assertThatThrownBy(() -> bench.bigQuery.getDataset(id)).isInstanceOfSatisfying(BigQueryException.class, e -> {
            assertThat(e.getCode()).isEqualTo(429);
            assertThat(e.getReason()).isEqualTo("rateLimitExceeded");
        });
        assertThat(bench.bigQuery.getDataset(id)).isNull();
        bench.cloud.faults().clear();
        bench.cloud
                .faults()
                .on(ApiCall.DATASETS_GET)
                .refuse(403, "quotaExceeded", "Quota exceeded")
                .always();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> bench.bigQuery.getDataset(id))
                    .isInstanceOfSatisfying(
                            BigQueryException.class,
                            e -> assertThat(e.getReason()).isEqualTo("quotaExceeded"));
        }
    }

    @Test
    void theFirstCallOfEachKindFails() throws Exception {
        CallFault fault = bench.cloud.faults().onEachKind().answer(503);
        assertThatThrownBy(this::createDataset).isInstanceOf(BigQueryException.class);
        createDataset();
        assertThatThrownBy(() -> bench.upload("a", "text")).isInstanceOf(StorageException.class);
        bench.upload("a", "text");
        assertThatThrownBy(() -> bench.storage.get(Bench.BUCKET, "a")).isInstanceOf(StorageException.class);
        assertThat(bench.storage.get(Bench.BUCKET, "a")).isNotNull();
        assertThat(fault.hits()).isEqualTo(3);
    }

    @Test
    void aPermissionThatIsMissingIsNamed() {
        createDataset();
        bench.cloud
                .faults()
                .deny(ApiCall.JOBS_INSERT)
                .deny(ApiCall.OBJECTS_INSERT)
                .deny(ApiCall.UPLOAD_START);
        assertThatThrownBy(() -> bench.start("j", Bench.load("t", "in.parquet")))
                .isInstanceOfSatisfying(BigQueryException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(403);
                    assertThat(e.getReason()).isEqualTo("accessDenied");
                })
                .hasMessageContaining("Access Denied: Project loopback-project: User does not have bigquery.jobs.create"
                        + " permission in project loopback-project.");
        assertThatThrownBy(() -> bench.upload("a", "text"))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.getCode()).isEqualTo(403))
                .hasMessageContaining("storage.objects.create");
        assertThatThrownBy(() -> bench.upload("a", Files.writeString(folder.resolve("a"), "text")))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    }

    @Test
    void aReplyIsLost_butTheJobRuns() {
        createDataset();
        bench.upload("in.parquet", bench.file("in", "SELECT 1 AS a"));
        CallFault fault =
                bench.cloud.faults().on(ApiCall.JOBS_INSERT).loseReply().always();
        assertThatThrownBy(() -> bench.start("lost", Bench.load("t", "in.parquet")))
                .isInstanceOf(BigQueryException.class);
        assertThat(fault.hits()).isPositive();
        bench.cloud.faults().clear();
        assertThat(bench.await("lost").getStatus().getError()).isNull();
        assertThat(bench.cloud.tables(Bench.DATASET)).containsExactly("t");
    }

    @Test
    void aCallIsLost_andNothingHappens() {
        bench.cloud.faults().on(ApiCall.DATASETS_INSERT).loseCall().always();
        assertThatThrownBy(this::createDataset).isInstanceOf(BigQueryException.class);
        assertThat(bench.cloud.datasets()).isEmpty();
    }

    @Test
    void aJobEndsWithAnError_asOftenAsTold() {
        createDataset();
        bench.upload("in.parquet", bench.file("in", "SELECT 1 AS a"));
        bench.cloud
                .faults()
                .onJobs("load-.*")
                .fail("backendError", "Error encountered during execution")
                .first(2);
        for (int attempt = 0; attempt < 3; attempt++) {
            bench.start("load-" + attempt, Bench.load("t", "in.parquet"));
            var error = bench.await("load-" + attempt).getStatus().getError();
            if (attempt < 2) {
                assertThat(error.getReason()).isEqualTo("backendError");
            } else {
                assertThat(error).isNull();
            }
        }
        bench.cloud
                .faults()
                .onQueries("`a`")
                .fail("rateLimitExceeded", "Exceeded rate limits")
                .always();
        assertThat(bench.run(Bench.query("SELECT t.`a` FROM " + Bench.path("t") + " AS t"))
                        .getStatus()
                        .getError()
                        .getReason())
                .isEqualTo("rateLimitExceeded");
        assertThat(bench.cloud.billedBytes()).isZero();
    }

    @Test
    void manyJoinsAreTooMuch() {
        createDataset();
        bench.table("s", "SELECT 1 AS o");
        StringBuilder sql = new StringBuilder("SELECT s.`o` FROM " + Bench.path("s") + " AS s");
        for (int i = 0; i < 3; i++) {
            sql.append(" LEFT JOIN ").append(Bench.path("s")).append(" AS f").append(i);
            sql.append(" ON f").append(i).append(".`o` = s.`o`");
        }
        bench.cloud.faults().refuseJoinsOver(2);
        assertThat(bench.run(Bench.query(sql.toString())).getStatus().getError().getReason())
                .isEqualTo("resourcesExceeded");
        bench.cloud.faults().refuseJoinsOver(3);
        assertThat(bench.run(Bench.query(sql.toString())).getStatus().getError())
                .isNull();
    }

    @Test
    void aDownloadIsCut() throws Exception {
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        bench.upload("big", Files.write(folder.resolve("big"), content));
        bench.cloud.faults().on(ApiCall.OBJECTS_DOWNLOAD).cutAfter(50_000).always();
        BlobId id = BlobId.of(Bench.BUCKET, "big");
        assertThatThrownBy(() -> bench.storage.downloadTo(id, folder.resolve("cut")))
                .isInstanceOf(StorageException.class);
        bench.cloud.faults().clear();
        bench.storage.downloadTo(id, folder.resolve("whole"));
        assertThat(Bench.bytes(folder.resolve("whole"))).isEqualTo(content);
    }

    @Test
    void aChecksumIsWrong() {
        bench.upload("wrong", "text");
        bench.upload("right", "text");
        String right = bench.storage.get(Bench.BUCKET, "right").getCrc32c();
        bench.cloud.faults().wrongCrc32c("wrong");
        assertThat(bench.storage.get(Bench.BUCKET, "wrong").getCrc32c()).isNotEqualTo(right);
        assertThat(bench.storage.get(Bench.BUCKET, "right").getCrc32c()).isEqualTo(right);
    }

    @Test
    void answersAreSlow() {
        bench.cloud
                .faults()
                .on(ApiCall.DATASETS_INSERT)
                .delay(Duration.ofMillis(100))
                .always();
        long begun = System.nanoTime();
        createDataset();
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(100_000_000);
    }
}
