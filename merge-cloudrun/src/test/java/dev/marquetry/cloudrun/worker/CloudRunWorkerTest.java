/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.cloudrun.loopback.WarmWorker;
import dev.marquetry.loopback.LoopbackStorage;
import dev.marquetry.spi.wire.WorkEvent;
import dev.marquetry.spi.wire.WorkOrder;
import dev.marquetry.spi.wire.WorkerRun;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CloudRunWorkerTest {
    private static final String RUN = "gs://data/run/";

    @TempDir
    Path folder;

    private LoopbackStorage objects;
    private Storage storage;

    @BeforeEach
    void start() throws IOException {
        objects = LoopbackStorage.start().bucket("data");
        storage = WarmWorker.storage(objects.url());
        put("spine.parquet", Fixtures.table("spine").key("ts", 1, 2, 3).writeTo(folder));
        put(
                "a.parquet",
                Fixtures.table("a").key("ts", 3, 1).column("x", 1.0, 2.0).writeTo(folder));
        put(
                "twice.parquet",
                Fixtures.table("twice").key("ts", 3, 3).column("y", 1.0, 2.0).writeTo(folder));
    }

    @AfterEach
    void stop() {
        objects.close();
    }

    private void put(String name, Path file) throws IOException {
        storage.create(BlobInfo.newBuilder("data", name).build(), Files.readAllBytes(file));
    }

    private static WorkOrder order(String feature, Optional<ResourceLimits> limits) {
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(URI.create("gs://data/spine.parquet"))
                .featureUris(List.of(URI.create("gs://data/" + feature)))
                .writeTo(URI.create("gs://data/wide.parquet"));
        return new WorkOrder(WorkOrder.Task.MERGE, Optional.of("cloud-run"), request, limits, 50);
    }

    private void tell(int task, WorkOrder order) {
        storage.create(
                BlobInfo.newBuilder("data", "run/tasks/" + task + "/order.json").build(),
                order.toLine().getBytes(StandardCharsets.UTF_8));
    }

    private int work(Map<String, String> environment, String... arguments) {
        return WarmWorker.worker(objects.url(), environment).run(List.of(arguments));
    }

    private WorkEvent result(String name) {
        return WorkEvent.read(new String(storage.readAllBytes(BlobId.of("data", name)), StandardCharsets.UTF_8));
    }

    @Test
    void taskIndex_choosesTheOrder() {
        tell(0, order("a.parquet", Optional.empty()));
        tell(7, order("twice.parquet", Optional.empty()));

        assertThat(work(Map.of("CLOUD_RUN_TASK_INDEX", "7"), RUN)).isEqualTo(WorkerRun.BAD_INPUT);
        assertThat(result("run/tasks/7/result.json"))
                .isInstanceOfSatisfying(
                        WorkEvent.Failed.class,
                        failed -> assertThat(failed.failure())
                                .isInstanceOf(InvalidInputException.class)
                                .hasMessageContaining("twice.parquet"));
        assertThat(objects.objects()).doesNotContain("gs://data/wide.parquet");
        assertThat(work(Map.of("CLOUD_RUN_TASK_INDEX", "0"), RUN)).isZero();
        assertThat(result("run/tasks/0/result.json")).isInstanceOfSatisfying(WorkEvent.Merged.class, merged -> {
            assertThat(merged.result().rows()).isEqualTo(3);
            assertThat(merged.result().strategy()).isEqualTo("cloud-run");
        });
        assertThat(objects.objects()).contains("gs://data/wide.parquet");
    }

    @Test
    void orderAsAnArgument_isFulfilledBesideTheFolderNamed() {
        assertThat(work(Map.of(), order("a.parquet", Optional.empty()).toLine(), "gs://data/told/"))
                .isZero();
        assertThat(result("told/result.json")).isInstanceOf(WorkEvent.Merged.class);
    }

    @Test
    void orderAsAnObject_isFulfilledBesideIt() {
        tell(0, order("a.parquet", Optional.empty()));

        assertThat(work(Map.of(), RUN + "tasks/0/order.json")).isZero();
        assertThat(result("run/tasks/0/result.json")).isInstanceOf(WorkEvent.Merged.class);
    }

    @Test
    void limitsOfTheOrder_areKeptAndTold() {
        ResourceLimits tiny =
                ResourceLimits.builder().maxMemory(MemorySize.kib(1)).build();
        tell(0, order("a.parquet", Optional.of(tiny)));

        assertThat(work(Map.of(), RUN)).isEqualTo(WorkerRun.BREACHED);
        assertThat(result("run/tasks/0/result.json"))
                .isInstanceOfSatisfying(
                        WorkEvent.Failed.class,
                        failed -> assertThat(failed.failure()).isInstanceOf(LimitBreachException.class));
    }

    @Test
    void secondExecutionOfAnOrder_leavesItAlone() {
        tell(0, order("a.parquet", Optional.empty()));
        assertThat(work(Map.of("CLOUD_RUN_EXECUTION", "merge-x1"), RUN)).isZero();
        storage.delete("data", "wide.parquet");

        assertThat(work(Map.of("CLOUD_RUN_EXECUTION", "merge-x2"), RUN)).isEqualTo(CloudRunWorker.CLAIMED);
        assertThat(objects.objects()).doesNotContain("gs://data/wide.parquet");
        assertThat(work(Map.of("CLOUD_RUN_EXECUTION", "merge-x1"), RUN)).isZero();
    }

    @Test
    void wrongArguments_areBadInput() {
        assertThat(work(Map.of())).isEqualTo(WorkerRun.BAD_INPUT);
        assertThat(work(Map.of(), "/tmp/order")).isEqualTo(WorkerRun.BAD_INPUT);
        assertThat(work(Map.of(), "{}")).isEqualTo(WorkerRun.BAD_INPUT);
        assertThat(work(Map.of(), RUN)).as("no order there").isEqualTo(WorkerRun.BAD_INPUT);
    }
}
