/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What limits do, and what the estimate foresees. */
abstract class LimitClaims extends Claims {
    private static final MemorySize MORE_THAN_THERE_IS = MemorySize.gib(1L << 30);

    LimitClaims(MergeStrategyContract contract) {
        super(contract);
    }

    private MergeRequest request() {
        Path spine = Fixtures.table("spine").key("ts", LongStream.range(0, 500)).writeTo(in);
        Path one = Fixtures.table("one")
                .key("ts", LongStream.range(0, 500).map(key -> 499 - key))
                .column("a", new Double[500])
                .writeTo(in);
        Path two = Fixtures.table("two")
                .key("ts", LongStream.range(100, 300))
                .strings("b", new String[200])
                .writeTo(in);
        return onTs(spine, one, two).writeTo(output);
    }

    private static ResourceLimits oneByte() {
        return ResourceLimits.builder().maxMemory(MemorySize.bytes(1)).build();
    }

    /** Checks that a merge within {@code limits} breaches {@code resource} and leaves everything as it was. */
    private void assertBreaches(Resource resource, ResourceLimits limits) throws IOException {
        LimitBreachException thrown = failure(LimitBreachException.class, strategy(limits), request());
        assertThat(thrown.breach().resource()).isEqualTo(resource);
        assertThat(thrown).hasMessageContaining(resource.label());
        assertThat(output).doesNotExist();
    }

    @Test
    final void oneByteOfMemory_isBreachedAndLeavesNothing() throws Throwable {
        needs(Capability.MEMORY_LIMIT, () -> assertBreaches(Resource.MEMORY, oneByte()));
    }

    @Test
    final void memoryBreach_saysLimitAndNeed() throws Throwable {
        needs(Capability.MEMORY_LIMIT, () -> {
            LimitBreach breach = failure(LimitBreachException.class, strategy(oneByte()), request())
                    .breach();

            assertThat(breach.limit()).isEqualTo(1);
            assertThat(breach.observed()).isGreaterThan(1);
        });
    }

    @Test
    final void oneNanosecond_isBreachedAndLeavesNothing() throws Throwable {
        needs(
                Capability.ELAPSED_LIMIT,
                () -> assertBreaches(
                        Resource.ELAPSED,
                        ResourceLimits.builder().maxElapsed(Duration.ofNanos(1)).build()));
    }

    @Test
    final void moreFreeDiskThanThereIs_isBreachedAndLeavesNothing() throws Throwable {
        needs(
                Capability.FREE_DISK_LIMIT,
                () -> assertBreaches(
                        Resource.DISK,
                        ResourceLimits.builder().minFreeDisk(MORE_THAN_THERE_IS).build()));
    }

    @Test
    final void moreFreeSystemMemoryThanThereIs_isBreachedAndLeavesNothing() throws Throwable {
        needs(
                Capability.FREE_SYSTEM_MEMORY_LIMIT,
                () -> assertBreaches(
                        Resource.SYSTEM_MEMORY,
                        ResourceLimits.builder()
                                .minFreeSystemMemory(MORE_THAN_THERE_IS)
                                .build()));
    }

    @Test
    final void breach_keepsTheOldOutput() throws Throwable {
        needs(Capability.MEMORY_LIMIT, () -> {
            request();
            Files.writeString(output, "old");
            failure(
                    LimitBreachException.class,
                    strategy(oneByte()),
                    onTs(in.resolve("spine.parquet"), in.resolve("one.parquet"))
                            .onExistingOutput(ExistingOutput.REPLACE)
                            .writeTo(output));

            assertThat(output).hasContent("old");
        });
    }

    @Test
    final void ampleLimits_doNotStandInTheWay() throws IOException {
        ResourceLimits ample = ResourceLimits.builder()
                .maxMemory(MemorySize.gib(1))
                .maxElapsed(Duration.ofMinutes(2))
                .maxStall(Duration.ofMinutes(1))
                .minFreeDisk(MemorySize.kib(1))
                .minFreeSystemMemory(MemorySize.kib(1))
                .threads(2)
                .build();

        assertThat(merge(strategy(ample), request(), ProgressListener.none()).rows())
                .isEqualTo(500);
    }

    @Test
    final void estimate_changesNothing() throws IOException {
        MergeRequest request = request();
        Map<String, String> before = contents();
        CostEstimate estimate = strategy().estimate(request);

        assertThat(contents()).isEqualTo(before);
        assertThat(estimate.inputProblems()).isEmpty();
        assertThat(estimate.predictedBreaches()).isEmpty();
        assertThat(estimate.refusals()).isEmpty();
        assertThat(estimate.fits()).isTrue();
    }

    @Test
    final void estimate_tellsTheShapeThatMergeThenGives() throws Throwable {
        needs(Capability.FORESEEN_SHAPE, () -> {
            MergeRequest request = request();
            CostEstimate estimate = strategy().estimate(request);
            MergeResult result = mergeForResult(strategy(), request, ProgressListener.none());

            assertThat(estimate.rows()).isEqualTo(result.rows()).isEqualTo(500);
            assertThat(estimate.columns()).isEqualTo(result.columns()).isEqualTo(3);
            assertThat(estimate.featureFiles()).isEqualTo(2);
            assertThat(estimate.inputBytes()).isEqualTo(result.inputBytes()).isEqualTo(inputBytes());
        });
    }

    private long inputBytes() throws IOException {
        return Files.size(in.resolve("spine.parquet"))
                + Files.size(in.resolve("one.parquet"))
                + Files.size(in.resolve("two.parquet"));
    }

    @Test
    final void estimate_predictsTheBreachThatMergeThenRaises() throws Throwable {
        needs(Capability.FORESEEN_BREACHES, () -> {
            MergeRequest request = request();
            CostEstimate estimate = strategy(oneByte()).estimate(request);

            assertThat(estimate.fits()).isFalse();
            assertThat(estimate.predictedBreaches())
                    .extracting(LimitBreach::resource)
                    .contains(Resource.MEMORY);
            assertThat(estimate.inputProblems()).isEmpty();
            assertThat(failure(LimitBreachException.class, strategy(oneByte()), request)
                            .breach()
                            .resource())
                    .isEqualTo(Resource.MEMORY);
        });
    }

    @Test
    final void estimate_namesInputProblemsAndDoesNotThrow() throws Throwable {
        needs(Capability.FORESEEN_INPUT_PROBLEMS, () -> {
            Path spine = Fixtures.table("spine").key("ts", 1).writeTo(in);
            Path noKey = Fixtures.table("nokey").key("time", 1).column("a", 1.0).writeTo(in);
            Path rubbish = Files.writeString(in.resolve("rubbish.parquet"), "no Parquet file at all");
            MergeRequest request =
                    onTs(spine, noKey, rubbish, in.resolve("gone.parquet")).writeTo(output);
            CostEstimate estimate = strategy().estimate(request);

            assertThat(estimate.fits()).isFalse();
            assertThat(String.join("\n", estimate.inputProblems()))
                    .contains("nokey.parquet", "rubbish.parquet", "gone.parquet");
            assertRefused(request).contains("nokey.parquet", "rubbish.parquet", "gone.parquet");
        });
    }

    @Test
    final void estimate_namesAnOutputThatIsThere() throws Throwable {
        needs(Capability.FORESEEN_INPUT_PROBLEMS, () -> {
            MergeRequest request = request();
            Files.writeString(output, "precious");

            assertThat(String.join("\n", strategy().estimate(request).inputProblems()))
                    .contains("wide.parquet");
        });
    }

    @Test
    final void estimateOfUnlistableFolder_doesNotThrow() throws Throwable {
        needs(Capability.FORESEEN_INPUT_PROBLEMS, () -> {
            Path spine = Fixtures.table("spine").key("ts", 1).writeTo(in);
            MergeRequest request = MergeRequest.onKey("ts")
                    .spine(spine)
                    .features(in.resolve("nowhere"), "*")
                    .writeTo(output);

            assertThat(strategy().estimate(request).inputProblems()).anyMatch(problem -> problem.contains("nowhere"));
        });
    }
}
