/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Dataset;
import com.google.cloud.bigquery.DatasetId;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobStatus;
import com.google.cloud.bigquery.TableId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets, and jobs on their way from accepted to ended. */
class LoopbackJobsTest {
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

    private JobStatus.State state(String id) {
        return bench.bigQuery.getJob(bench.jobId(id)).getStatus().getState();
    }

    @Test
    void datasetsAreFoundByTheirLabels_pageByPage() {
        bench.cloud.pageSize(2);
        for (int i = 0; i < 4; i++) {
            bench.bigQuery.create(DatasetInfo.newBuilder("other" + i)
                    .setLabels(Map.of("run", "r" + i, "tool", "marquetry"))
                    .build());
        }
        List<String> found = new ArrayList<>();
        bench.bigQuery
                .listDatasets(BigQuery.DatasetListOption.labelFilter("labels.tool:marquetry"))
                .iterateAll()
                .forEach(dataset -> found.add(dataset.getDatasetId().getDataset()));
        assertThat(found).containsExactly("other0", "other1", "other2", "other3");
        assertThat(bench.cloud.calls(ApiCall.DATASETS_LIST)).hasSize(2);
        assertThat(bench.bigQuery
                        .listDatasets(BigQuery.DatasetListOption.labelFilter("labels.run:r1"))
                        .iterateAll())
                .hasSize(2);
    }

    @Test
    void datasetsTellWhatTheyWereMadeOf_andGrowOld() {
        Dataset young = bench.bigQuery.getDataset(Bench.DATASET);
        assertThat(young.getLabels()).containsEntry("run", "r1");
        assertThat(young.getDefaultTableLifetime()).isEqualTo(6 * 3_600_000L);
        assertThat(young.getLocation()).isEqualTo(LoopbackCloud.LOCATION);
        bench.cloud.passTime(Duration.ofDays(2));
        bench.bigQuery.create(DatasetInfo.of("younger"));
        assertThat(bench.bigQuery.getDataset("younger").getCreationTime() - young.getCreationTime())
                .isGreaterThanOrEqualTo(Duration.ofDays(2).toMillis());
        assertThat(bench.bigQuery.getDataset("nothing")).isNull();
        assertThatThrownBy(() -> bench.bigQuery.create(DatasetInfo.of("younger")))
                .isInstanceOfSatisfying(
                        BigQueryException.class, e -> assertThat(e.getCode()).isEqualTo(409));
    }

    @Test
    void aDatasetGoesWithItsTablesOnlyIfToldSo() {
        bench.table("t", "SELECT 1 AS a");
        assertThatThrownBy(() -> bench.bigQuery.delete(DatasetId.of(Bench.DATASET)))
                .isInstanceOfSatisfying(
                        BigQueryException.class, e -> assertThat(e.getReason()).isEqualTo("resourceInUse"));
        assertThat(bench.bigQuery.listTables(Bench.DATASET).iterateAll()).hasSize(1);
        assertThat(bench.bigQuery.delete(DatasetId.of(Bench.DATASET), BigQuery.DatasetDeleteOption.deleteContents()))
                .isTrue();
        assertThat(bench.bigQuery.delete(DatasetId.of(Bench.DATASET), BigQuery.DatasetDeleteOption.deleteContents()))
                .isFalse();
        assertThat(bench.bigQuery.getTable(TableId.of(Bench.DATASET, "t"))).isNull();
    }

    @Test
    void aDatasetGoesWhileItsJobsRun() {
        bench.upload("in.parquet", bench.file("in", "SELECT 1 AS a"));
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 6; i++) {
                bench.start("r" + round + "-" + i, Bench.load("t" + i, "in.parquet"));
            }
            assertThat(bench.bigQuery.delete(
                            DatasetId.of(Bench.DATASET), BigQuery.DatasetDeleteOption.deleteContents()))
                    .isTrue();
            for (int i = 0; i < 6; i++) {
                bench.await("r" + round + "-" + i);
            }
            assertThat(bench.cloud.jobs()).extracting(RecordedJob::errorReason).isSubsetOf("", "notFound", "invalid");
            bench.bigQuery.create(bench.dataset());
        }
    }

    @Test
    void aJobIsAskedForUntilItHasEnded() {
        bench.upload("in.parquet", bench.file("in", "SELECT 1 AS a"));
        bench.cloud.jobPolls(3);
        assertThat(bench.start("slow", Bench.load("t", "in.parquet"))
                        .getStatus()
                        .getState())
                .isNotEqualTo(JobStatus.State.DONE);
        bench.await("slow");
        assertThat(bench.cloud.calls(ApiCall.JOBS_GET).size()).isGreaterThanOrEqualTo(4);
        RecordedJob job = bench.cloud.jobs().get(0);
        assertThat(job.id()).isEqualTo("slow");
        assertThat(job.labels()).containsEntry("run", "r1");
        assertThat(job.timeoutMillis()).isEqualTo(60_000);
        assertThat(job.succeeded()).isTrue();
    }

    @Test
    void theSameIdIsTheSameJob() {
        bench.upload("in.parquet", bench.file("in", "SELECT 1 AS a"));
        bench.start("twice", Bench.load("t", "in.parquet"));
        bench.await("twice");
        Job again = bench.start("twice", Bench.load("u", "in.parquet"));
        assertThat(again.getJobId().getJob()).isEqualTo("twice");
        assertThat(bench.cloud.tables(Bench.DATASET)).containsExactly("t");
        assertThat(bench.cloud.jobs()).hasSize(1);
        assertThat(bench.cloud.calls(ApiCall.JOBS_INSERT)).hasSize(2);
    }

    @Test
    void aJobIsFoundOnlyWhereItRuns() {
        bench.upload("in.parquet", bench.file("in", "SELECT 1 AS a"));
        bench.start("here", Bench.load("t", "in.parquet"));
        bench.await("here");
        BigQuery placeless =
                bench.cloud.bigQueryOptions().setLocation(null).build().getService();
        assertThat(placeless.getJob(JobId.of("here"))).isNull();
        assertThat(placeless.getJob(bench.jobId("here"))).isNotNull();
        assertThat(bench.bigQuery.getJob(JobId.of("elsewhere"))).isNull();
    }

    @Test
    void bucketAndDatasetAreInOnePlace() {
        bench.cloud.bucket("far", "EU");
        bench.bigQuery.create(
                DatasetInfo.newBuilder("european").setLocation("EU").build());
        assertThat(bench.run(Bench.load("t", "in.parquet").toBuilder()
                                .setSourceUris(List.of("gs://far/in.parquet"))
                                .build())
                        .getStatus()
                        .getError()
                        .getMessage())
                .isEqualTo("Cannot read and write in different locations: source: EU, destination: us-central1");
        assertThat(bench.run(Bench.load("t", "in.parquet").toBuilder()
                                .setDestinationTable(TableId.of("european", "t"))
                                .build())
                        .getStatus()
                        .getError()
                        .getReason())
                .isEqualTo("notFound");
    }

    @Test
    void aJobThatNeverEndsIsCancelled() {
        bench.cloud.faults().onJobs("endless").neverEnd();
        bench.upload("in.parquet", bench.file("in", "SELECT 1 AS a"));
        bench.start("endless", Bench.load("t", "in.parquet"));
        assertThat(bench.cloud.openJobs()).extracting(RecordedJob::id).containsExactly("endless");
        assertThat(bench.bigQuery.cancel(bench.jobId("endless"))).isTrue();
        assertThat(bench.await("endless").getStatus().getError().getReason()).isEqualTo("stopped");
        assertThat(bench.cloud.cancelledJobs()).hasSize(1);
        assertThat(bench.cloud.tables(Bench.DATASET)).isEmpty();
        assertThat(bench.bigQuery.cancel(bench.jobId("nothing"))).isFalse();
    }

    @Test
    void aJobEndsAtItsOwnTimeLimit() {
        bench.cloud.faults().onJobs("endless").neverEnd();
        bench.start(
                "endless",
                Bench.load("t", "in.parquet").toBuilder().setJobTimeoutMs(30L).build());
        assertThat(bench.await("endless").getStatus().getError().getMessage()).contains("timed out");
        assertThat(bench.cloud.cancelledJobs()).isEmpty();
    }

    @Test
    void jobsAreListed_andCountedWhileTheyRun() {
        bench.cloud.jobTime(Duration.ofMillis(150));
        bench.upload("in.parquet", bench.file("in", "SELECT 1 AS a"));
        for (int i = 0; i < 3; i++) {
            bench.start("j" + i, Bench.load("t" + i, "in.parquet"));
        }
        assertThat(state("j0")).isNotEqualTo(JobStatus.State.DONE);
        for (int i = 0; i < 3; i++) {
            bench.await("j" + i);
        }
        assertThat(bench.cloud.peakJobs()).isEqualTo(3);
        bench.cloud.pageSize(2);
        List<String> ids = new ArrayList<>();
        bench.bigQuery
                .listJobs(BigQuery.JobListOption.stateFilter(JobStatus.State.DONE))
                .iterateAll()
                .forEach(job -> ids.add(job.getJobId().getJob()));
        assertThat(ids).containsExactlyInAnyOrder("j0", "j1", "j2");
    }
}
