/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeRequest;
import dev.marquetry.Phase;
import dev.marquetry.ResourceLimits;
import dev.marquetry.spi.wire.WorkEvent;
import dev.marquetry.spi.wire.WorkEvent.Failed;
import dev.marquetry.spi.wire.WorkEvent.Merged;
import dev.marquetry.spi.wire.WorkEvent.Progressed;
import dev.marquetry.spi.wire.WorkOrder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The worker as a program: an order in, events out, an exit code. */
@Timeout(120)
class MergeWorkerTest {
    @TempDir
    Path root;

    private Folder folder;

    @BeforeEach
    void writeFiles() throws IOException {
        folder = Folder.in(root);
    }

    private WorkOrder order(Optional<ResourceLimits> limits) {
        MergeRequest request = MergeRequest.onKey("key")
                .spine(folder.file("spine.parquet"))
                .features(root.resolve("in"), "*.parquet")
                .writeTo(folder.output());
        return new WorkOrder(WorkOrder.Task.MERGE, Optional.empty(), request, limits, 1);
    }

    private Process start(String... args) throws IOException {
        return ChildJvm.start(MergeWorker.class, List.of("-Xmx256m"), root.resolve("stderr.txt"), args);
    }

    private static WorkEvent lastEvent(List<String> lines) {
        List<String> events = lines.stream().filter(line -> !line.isEmpty()).toList();
        assertThat(events).isNotEmpty().allMatch(line -> line.startsWith(WorkEvent.lineStart()));
        return WorkEvent.read(events.get(events.size() - 1));
    }

    private static List<String> outputOf(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    @Test
    void orderInAFile_isFulfilledWithinTheMachinesLimits_andTellsProgress() throws Exception {
        folder.big(6, 2, 200);
        Path file = Files.writeString(
                root.resolve("order.json"), order(Optional.empty()).toLine());
        Process worker = start(file.toString());
        List<String> lines = outputOf(worker);
        assertThat(worker.waitFor()).isZero();
        assertThat(lines).anyMatch(line -> line.contains("\"event\":\"progress\""));
        assertThat(lastEvent(lines))
                .isInstanceOfSatisfying(
                        Merged.class,
                        merged -> assertThat(merged.result().rows()).isEqualTo(200));
        folder.assertOutputFolderHolds(folder.output());
    }

    @Test
    void orderOnStandardInput_isFulfilled_withItsEventsInAFile() throws Exception {
        folder.big(6, 2, 200);
        Path events = root.resolve("events.jsonl");
        Process worker = start("-", "--events", events.toString(), "--timeout", "600");
        worker.getOutputStream().write(order(Optional.empty()).toLine().getBytes(StandardCharsets.UTF_8));
        worker.getOutputStream().close();
        assertThat(outputOf(worker)).isEmpty();
        assertThat(worker.waitFor()).isZero();
        assertThat(lastEvent(Files.readAllLines(events))).isInstanceOf(Merged.class);
    }

    @Test
    void badInput_exitsWithTwo() throws Exception {
        Process worker = start(order(Optional.empty()).toLine());
        WorkEvent last = lastEvent(outputOf(worker));
        assertThat(worker.waitFor()).isEqualTo(2);
        assertThat(((Failed) last).failure())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("spine.parquet");
    }

    @Test
    void brokenOrder_exitsWithTwo() throws Exception {
        Process worker = start("{\"marquetry\":1}");
        assertThat(((Failed) lastEvent(outputOf(worker))).failure())
                .hasMessage("Cannot read the order: no object called request");
        assertThat(worker.waitFor()).isEqualTo(2);
    }

    @Test
    void breach_exitsWithThree() throws Exception {
        folder.big(2, 2, 200);
        ResourceLimits oneByte =
                ResourceLimits.builder().maxMemory(MemorySize.bytes(1)).build();
        Process worker = start(order(Optional.of(oneByte)).toLine());
        assertThat(((Failed) lastEvent(outputOf(worker))).failure()).isInstanceOf(LimitBreachException.class);
        assertThat(worker.waitFor()).isEqualTo(3);
        folder.assertNothingLeft();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void sigterm_cancels_cleansUp_andTells() throws Exception {
        folder.big(60, 20, 4_000);
        Process worker = start(order(Optional.empty()).toLine());
        WorkEvent last = null;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.isEmpty() ? last : WorkEvent.read(line);
                if (last instanceof Progressed progressed
                        && progressed.progress().phase() == Phase.ALIGN) {
                    worker.toHandle().destroy();
                }
            }
        }
        assertThat(worker.waitFor()).isEqualTo(143);
        assertThat(last)
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.failure()).isInstanceOf(MergeCancelledException.class));
        folder.assertNothingLeft();
    }

    @Test
    void limitsThatAreNotStated_areTheMachines() {
        ResourceLimits derived = MergeWorker.limits(Optional.empty(), Optional.of(Duration.ofMinutes(10)));
        assertThat(derived.maxMemory().bytes())
                .isBetween(1L, Runtime.getRuntime().maxMemory());
        assertThat(derived.maxElapsed()).contains(Duration.ofMinutes(10).minusSeconds(15));
        assertThat(MergeWorker.limits(Optional.empty(), Optional.of(Duration.ofSeconds(50)))
                        .maxElapsed())
                .contains(Duration.ofSeconds(45));
    }

    @Test
    void limitsThatAreStated_areKept() {
        ResourceLimits stated = ResourceLimits.builder()
                .maxMemory(MemorySize.mib(7))
                .minFreeDisk(MemorySize.mib(8))
                .minFreeSystemMemory(MemorySize.mib(9))
                .maxElapsed(Duration.ofSeconds(3))
                .maxStall(Duration.ofSeconds(2))
                .threads(5)
                .build();
        assertThat(MergeWorker.limits(Optional.of(stated), Optional.of(Duration.ofSeconds(1))))
                .usingRecursiveComparison()
                .isEqualTo(stated);
    }
}
