/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import static dev.marquetry.local.internal.limits.MadeUpSystem.GIB;
import static dev.marquetry.local.internal.limits.MadeUpTree.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostEstimate;
import dev.marquetry.CostEstimate.Check;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.MemorySize;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.limits.Preflight.Need;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
    private static final Need NEED =
            new Need(400 * MIB, 50 * MIB, 300 * MIB, 2 * GIB, 8 * GIB, Duration.ofSeconds(100));

    private final MadeUpSystem system = new MadeUpSystem();
    private HeapRoom heap = new HeapRoom(4 * GIB, GIB, 0);

    @Test
    void roomyMachine_passesEveryCheckAndPredictsAmounts() {
        CostEstimate estimate = estimate(ResourceLimits.builder(), NEED);
        assertThat(estimate.fits()).isTrue();
        assertThat(estimate.checks())
                .extracting(Check::name)
                .containsExactly("limits", "memory budget", "heap", "free memory", "free disk", "time");
        assertThat(estimate.checks()).allMatch(Check::passed);
        assertThat(estimate.amount(Resource.MEMORY)).hasValue(400 * MIB);
        assertThat(estimate.amount(Resource.SYSTEM_MEMORY)).hasValue(400 * MIB);
        assertThat(estimate.amount(Resource.DISK)).hasValue(10 * GIB);
        assertThat(estimate.amount(Resource.ELAPSED)).hasValue(100_000);
        assertThat(detail(estimate, "free memory"))
                .isEqualTo("takes 400.0 MiB of 100.0 GiB free (made-up memory): leaves 99.6 GiB, must leave 0 B");
        assertThat(detail(estimate, "time")).isEqualTo("about 100.0 s, no limit");
    }

    @Test
    void limits_areAllShown() {
        CostEstimate estimate = estimate(
                ResourceLimits.builder()
                        .maxMemory(MemorySize.gib(1))
                        .minFreeSystemMemory(MemorySize.gib(2))
                        .minFreeDisk(MemorySize.gib(3))
                        .maxElapsed(Duration.ofMinutes(20))
                        .maxStall(Duration.ofSeconds(9))
                        .threads(2),
                NEED);
        assertThat(detail(estimate, "limits"))
                .isEqualTo("max memory 1.0 GiB, min free system memory 2.0 GiB, min free disk 3.0 GiB,"
                        + " max elapsed 20 min 0 s, max stall 9.0 s, threads 2");
    }

    @Test
    void memoryLimitBeyondTheMachine_isAWarningAndNoBreach() {
        CostEstimate estimate = estimate(ResourceLimits.builder().maxMemory(MemorySize.gib(200)), NEED);
        assertThat(detail(estimate, "limits"))
                .contains("warning: max memory is more than the 128.0 GiB there are (made-up machine)")
                .contains("warning: max memory is more than the 3.2 GiB that the Java heap can hold");
        assertThat(estimate.fits()).isTrue();
    }

    @Test
    void smallestNeedBeyondMaxMemory_breaches() {
        CostEstimate estimate = estimate(ResourceLimits.builder().maxMemory(MemorySize.mib(49)), NEED);
        assertOnlyBreach(
                estimate, "memory budget", Resource.MEMORY, 49 * MIB, 50 * MIB, "in the smallest way there is");
    }

    @Test
    void heapTooSmallForTheBuffers_breachesAndSaysWhatToSet() {
        heap = new HeapRoom(256 * MIB, 256 * MIB, 0);
        CostEstimate estimate = estimate(ResourceLimits.builder(), NEED);
        assertOnlyBreach(
                estimate,
                "heap",
                Resource.MEMORY,
                256 * MIB,
                407 * MIB,
                "on the Java heap: raise -Xmx to 407.0 MiB or lower max memory to 179.2 MiB");
    }

    @Test
    void memoryThatWouldBeLeft_mustReachTheFloor() {
        system.availableBytes = GIB + 400 * MIB;
        ResourceLimits.Builder limits = ResourceLimits.builder().minFreeSystemMemory(MemorySize.gib(1));
        assertThat(estimate(limits, NEED).fits()).isTrue();
        system.availableBytes--;
        assertOnlyBreach(
                estimate(limits, NEED), "free memory", Resource.SYSTEM_MEMORY, GIB, GIB - 1, "(made-up memory)");
    }

    @Test
    void lessMemoryThanNeeded_breachesWithoutAFloorToo() {
        system.availableBytes = 300 * MIB;
        CostEstimate estimate = estimate(ResourceLimits.builder(), NEED);
        assertOnlyBreach(estimate, "free memory", Resource.SYSTEM_MEMORY, 0, -100 * MIB, "(made-up memory)");
        assertThat(detail(estimate, "free memory")).contains("100.0 MiB too little");
    }

    @Test
    void heapLeftResidentByAnEarlierMerge_countsOnce() {
        heap = new HeapRoom(700 * MIB, 650 * MIB, 10 * MIB);
        system.rssAnonBytes = 750 * MIB;
        system.availableBytes = 200 * MIB;
        CostEstimate estimate = estimate(ResourceLimits.builder(), NEED);
        assertThat(estimate.amount(Resource.SYSTEM_MEMORY)).hasValue(150 * MIB);
        assertThat(estimate.fits()).isTrue();
    }

    @Test
    void diskThatWouldBeLeft_mustReachTheFloor() {
        system.freeDiskBytes = 13 * GIB;
        ResourceLimits.Builder limits = ResourceLimits.builder().minFreeDisk(MemorySize.gib(3));
        assertThat(estimate(limits, NEED).fits()).isTrue();
        system.freeDiskBytes--;
        assertOnlyBreach(estimate(limits, NEED), "free disk", Resource.DISK, 3 * GIB, 3 * GIB - 1, "(at out)");
    }

    @Test
    void lessDiskThanNeeded_breachesWithoutAFloorToo() {
        system.freeDiskBytes = GIB;
        CostEstimate estimate = estimate(ResourceLimits.builder(), NEED);
        assertOnlyBreach(estimate, "free disk", Resource.DISK, 0, -9 * GIB, "(at out)");
    }

    @ParameterizedTest
    @CsvSource({"10_000, 100_000, true", "9_999, 100_000, false", "10, 0, true", "9, 0, false", "1, 5, false"})
    void time_breachesOnlyWhenTheLimitIsHopeless(String limit, String predicted, boolean passed) {
        long limitMillis = Long.parseLong(limit.replace("_", ""));
        long predictedMillis = Long.parseLong(predicted.replace("_", ""));
        Need need = new Need(1, 1, 1, 0, 1, Duration.ofMillis(predictedMillis));
        CostEstimate estimate = estimate(ResourceLimits.builder().maxElapsed(Duration.ofMillis(limitMillis)), need);
        assertThat(estimate.fits()).isEqualTo(passed);
        if (!passed) {
            long observed = Math.max(predictedMillis, 10);
            assertOnlyBreach(estimate, "time", Resource.ELAPSED, limitMillis, observed, "");
        }
    }

    @Test
    void timeLimitBelowThePrediction_isAWarningAndNoBreach() {
        CostEstimate estimate = estimate(ResourceLimits.builder().maxElapsed(Duration.ofSeconds(50)), NEED);
        assertThat(detail(estimate, "time")).isEqualTo("about 100.0 s of at most 50.0 s; warning: may not be enough");
        assertThat(estimate.fits()).isTrue();
    }

    @Test
    void everythingAmiss_isShownTogether() {
        heap = new HeapRoom(64 * MIB, 64 * MIB, 0);
        system.availableBytes = MIB;
        system.freeDiskBytes = MIB;
        CostEstimate estimate =
                estimate(ResourceLimits.builder().maxMemory(MemorySize.mib(1)).maxElapsed(Duration.ofMillis(1)), NEED);
        assertThat(estimate.checks()).filteredOn(check -> !check.passed()).hasSize(5);
        assertThat(estimate.predictedBreaches())
                .extracting(LimitBreach::resource)
                .containsExactly(
                        Resource.MEMORY, Resource.MEMORY, Resource.SYSTEM_MEMORY, Resource.DISK, Resource.ELAPSED);
    }

    @Test
    void figuresThatCanNotBeTold_failNoCheckAndSayWhy() {
        system.failure = new IllegalStateException("no figures today");
        system.diskFailure = new IOException("no disk today");
        CostEstimate estimate = estimate(
                ResourceLimits.builder()
                        .minFreeSystemMemory(MemorySize.gib(1))
                        .minFreeDisk(MemorySize.gib(1))
                        .maxElapsed(Duration.ofSeconds(Long.MAX_VALUE)),
                NEED);
        assertThat(estimate.fits()).isTrue();
        assertThat(detail(estimate, "free memory")).contains("can not be told", "no figures today");
        assertThat(detail(estimate, "free disk")).contains("can not be told", "no disk today");
    }

    private CostEstimate estimate(ResourceLimits.Builder limits, Need need) {
        CostEstimate.Builder estimate = CostEstimate.by("test");
        new Preflight(limits.build(), system, heap, Path.of("out")).addTo(estimate, need);
        return estimate.build();
    }

    private static String detail(CostEstimate estimate, String name) {
        return estimate.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow()
                .detail();
    }

    private static void assertOnlyBreach(
            CostEstimate estimate, String name, Resource resource, long limit, long observed, String where) {
        assertThat(estimate.checks())
                .filteredOn(check -> !check.passed())
                .extracting(Check::name)
                .containsExactly(name);
        assertThat(estimate.predictedBreaches())
                .containsExactly(new LimitBreach(resource, limit, observed, Basis.PREDICTED, Phase.PREFLIGHT, where));
        assertThat(estimate.fits()).isFalse();
    }
}
