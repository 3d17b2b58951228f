/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import static dev.marquetry.local.internal.limits.MadeUpSystem.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples one at a time, on the test's own thread, by a made-up clock. */
class GuardTest {
    private final MadeUpSystem system = new MadeUpSystem();
    private final MergeControl control = new MergeControl();
    private final MemoryBudget budget = new MemoryBudget(1000);
    private final Place main = new Place(Phase.PLAN);
    private final List<String> warnings = new ArrayList<>();

    @Test
    void noLimitSet_warnsAndStopsNothing() {
        Guard guard = guard(ResourceLimits.builder());
        for (int i = 0; i < 100; i++) {
            system.pass(60_000);
            control.check();
            guard.sampleOnce();
        }
        assertThat(control.stopReason()).isNull();
        assertThat(warnings).isEmpty();
    }

    @Test
    void elapsed_warnsOnceAndThenBreaches() {
        Guard guard = guard(ResourceLimits.builder().maxElapsed(Duration.ofSeconds(100)));
        step(guard, 89_999);
        assertThat(warnings).isEmpty();
        step(guard, 1);
        step(guard, 9_998);
        assertThat(warnings).containsExactly("elapsed time is 90.0 s, near its limit of 100.0 s (clock)");
        assertThat(control.stopReason()).isNull();
        step(guard, 1);
        assertThat(control.stopReason()).isNull();
        main.enter(Phase.MOVE);
        main.at("rsi.parquet", "close");
        step(guard, 1);
        assertThat(breach())
                .isEqualTo(new LimitBreach(
                        Resource.ELAPSED,
                        100_000,
                        100_000,
                        Basis.MEASURED,
                        Phase.MOVE,
                        "[rsi.parquet] column 'close'"));
    }

    @Test
    void timeBeforeTheGuard_countsWhenTold() {
        long begun = system.nanos - TimeUnit.SECONDS.toNanos(9);
        Guard guard = builder(ResourceLimits.builder()
                        .maxElapsed(Duration.ofSeconds(9))
                        .build())
                .since(begun)
                .build();
        guard.sampleOnce();
        assertThat(breach().resource()).isEqualTo(Resource.ELAPSED);
    }

    @Test
    void pause_isNoLongerThanTheTimeLeft() {
        Guard guard = guard(ResourceLimits.builder().maxElapsed(Duration.ofMillis(300)));
        assertThat(step(guard, 0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(250));
        assertThat(step(guard, 250)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
        assertThat(step(guard, 50)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(250));
    }

    @Test
    void timesBeyondAllCounting_neverEnd() {
        Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        Guard guard = guard(ResourceLimits.builder().maxElapsed(forever).maxStall(forever));
        system.nanos += TimeUnit.DAYS.toNanos(10_000);
        guard.sampleOnce();
        guard.sampleOnce();
        assertThat(control.stopReason()).isNull();
        assertThat(warnings).isEmpty();
    }

    @Test
    void ledger_warnsOnceAtNineTenthsEvenBetweenSamples() {
        Guard guard = guard(ResourceLimits.builder());
        budget.take(899, main);
        step(guard, 250);
        assertThat(warnings).isEmpty();
        budget.take(1, main);
        budget.give(900);
        step(guard, 250);
        step(guard, 250);
        assertThat(warnings).containsExactly("memory is 900 B, near its limit of 1000 B (the merge's own ledger)");
        assertThat(control.stopReason()).isNull();
    }

    @Test
    void freeSystemMemory_warnsOnceAndThenBreachesNamingItsSource() {
        Guard guard = guard(ResourceLimits.builder().minFreeSystemMemory(MemorySize.gib(9)));
        system.availableBytes = 10 * GIB;
        step(guard, 250);
        assertThat(warnings).isEmpty();
        system.availableBytes = 9 * GIB;
        step(guard, 250);
        step(guard, 250);
        assertThat(warnings)
                .containsExactly("free system memory is 9.0 GiB, near its floor of 9.0 GiB (made-up memory)");
        assertThat(control.stopReason()).isNull();
        system.availableBytes = 8 * GIB;
        main.at("rsi.parquet", "");
        step(guard, 250);
        assertThat(breach())
                .isEqualTo(new LimitBreach(
                        Resource.SYSTEM_MEMORY,
                        9 * GIB,
                        8 * GIB,
                        Basis.MEASURED,
                        Phase.PLAN,
                        "[rsi.parquet] (made-up memory)"));
    }

    @Test
    void freeDisk_warnsOnceAndThenBreachesNamingTheFolder() {
        Guard guard = guard(ResourceLimits.builder().minFreeDisk(MemorySize.gib(90)));
        system.freeDiskBytes = 95 * GIB;
        step(guard, 250);
        step(guard, 250);
        assertThat(warnings).containsExactly("free disk is 95.0 GiB, near its floor of 90.0 GiB (at out)");
        system.freeDiskBytes = 90 * GIB - 1;
        step(guard, 250);
        assertThat(breach())
                .isEqualTo(
                        new LimitBreach(Resource.DISK, 90 * GIB, 90 * GIB - 1, Basis.MEASURED, Phase.PLAN, "(at out)"));
    }

    @Test
    void stall_breachesOnlyWhenASecondSampleSeesItToo() {
        Guard guard = guard(ResourceLimits.builder().maxStall(Duration.ofSeconds(10)));
        step(guard, 10_000);
        assertThat(control.stopReason()).isNull();
        step(guard, 250);
        assertThat(breach()).isEqualTo(new LimitBreach(Resource.STALL, 10_000, 10_250, Basis.MEASURED, Phase.PLAN, ""));
    }

    @Test
    void machineThatSlept_isNotTakenForAStall() {
        Guard guard = guard(ResourceLimits.builder().maxStall(Duration.ofSeconds(10)));
        step(guard, 3_600_000);
        control.check();
        step(guard, 250);
        step(guard, 9_000);
        assertThat(control.stopReason()).isNull();
        assertThat(warnings).containsExactly("time without progress is 9.0 s, near its limit of 10.0 s (clock)");
    }

    @Test
    void probeThatFails_costsNeitherTheMergeNorTheWatchOfTime() {
        system.failure = new IllegalStateException("made up");
        Guard guard = guard(
                ResourceLimits.builder().minFreeSystemMemory(MemorySize.gib(9)).maxElapsed(Duration.ofSeconds(10)));
        step(guard, 250);
        step(guard, 250);
        assertThat(control.stopReason()).isNull();
        assertThat(guard.peakRssAnonBytes()).isEmpty();
        assertThat(guard.leastAvailableBytes()).isEmpty();
        step(guard, 10_000);
        assertThat(breach().resource()).isEqualTo(Resource.ELAPSED);
    }

    @Test
    void probeThatRecovers_isHeardAgain() {
        system.failure = new IllegalStateException("made up");
        Guard guard = guard(ResourceLimits.builder().minFreeSystemMemory(MemorySize.gib(9)));
        step(guard, 250);
        system.failure = null;
        system.availableBytes = 1;
        step(guard, 250);
        assertThat(breach().resource()).isEqualTo(Resource.SYSTEM_MEMORY);
    }

    @Test
    void diskThatDoesNotAnswer_costsNotTheMerge() {
        system.diskFailure = new IOException("made up");
        Guard guard = guard(ResourceLimits.builder().minFreeDisk(MemorySize.gib(90)));
        step(guard, 250);
        assertThat(control.stopReason()).isNull();
    }

    @Test
    void figuresThatTheSystemDoesNotTell_areNotTakenForZero() {
        system.rssAnonBytes = SystemProbe.UNKNOWN;
        system.availableBytes = SystemProbe.UNKNOWN;
        Guard guard = guard(ResourceLimits.builder().minFreeSystemMemory(MemorySize.gib(9)));
        step(guard, 250);
        assertThat(control.stopReason()).isNull();
        assertThat(guard.peakRssAnonBytes()).isEmpty();
        assertThat(guard.leastAvailableBytes()).isEmpty();
    }

    @Test
    void listenerThatFails_costsNotTheMerge() {
        Guard guard = Guard.over(
                        ResourceLimits.builder()
                                .maxElapsed(Duration.ofSeconds(10))
                                .build(),
                        budget,
                        control,
                        Path.of("out"),
                        main)
                .probe(system)
                .clock(system)
                .warnings(warning -> {
                    throw new IllegalStateException("made up: " + warning);
                })
                .build();
        step(guard, 9_500);
        assertThat(control.stopReason()).isNull();
    }

    @Test
    void extremes_areKept() {
        Guard guard = guard(ResourceLimits.builder());
        for (long gib : new long[] {3, 7, 2}) {
            system.rssAnonBytes = gib * GIB;
            system.availableBytes = gib * 10 * GIB;
            step(guard, 250);
        }
        assertThat(guard.peakRssAnonBytes()).hasValue(7 * GIB);
        assertThat(guard.leastAvailableBytes()).hasValue(20 * GIB);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void firstReasonToStop_stands(boolean cancelledFirst) {
        Guard guard = guard(ResourceLimits.builder().maxElapsed(Duration.ofSeconds(1)));
        MergeCancelledException cancelled = new MergeCancelledException("made up");
        if (cancelledFirst) {
            control.stop(cancelled);
        }
        step(guard, 1_000);
        control.stop(cancelled);
        assertThat(control.stopReason() == cancelled).isEqualTo(cancelledFirst);
    }

    @Test
    void stoppedMerge_isNotSampledAgain() {
        Guard guard = guard(ResourceLimits.builder());
        step(guard, 250);
        control.stop(new MergeCancelledException("made up"));
        step(guard, 250);
        step(guard, 250);
        assertThat(system.samples).isEqualTo(1);
    }

    @Test
    void closedGuard_stopsNothing() {
        Guard guard = guard(ResourceLimits.builder().maxElapsed(Duration.ofSeconds(1)));
        guard.close();
        step(guard, 5_000);
        assertThat(control.stopReason()).isNull();
    }

    private long step(Guard guard, long millis) {
        system.pass(millis);
        return guard.sampleOnce();
    }

    private Guard guard(ResourceLimits.Builder limits) {
        return builder(limits.build()).build();
    }

    private Guard.Builder builder(ResourceLimits limits) {
        return Guard.over(limits, budget, control, Path.of("out"), main)
                .probe(system)
                .clock(system)
                .warnings(warnings::add);
    }

    private LimitBreach breach() {
        assertThat(control.stopReason()).isInstanceOf(LimitBreachException.class);
        return ((LimitBreachException) control.stopReason()).breach();
    }
}
