/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marquetry.Attempt;
import dev.marquetry.Attempt.Outcome;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergePolicy.Fallback;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.LoopbackCloud;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a breach on this machine to the same table by way of BigQuery, and the story that the attempts tell. */
@Timeout(120)
class FallbackTest {
    private static final ResourceLimits TIGHT =
            ResourceLimits.builder().maxMemory(MemorySize.kib(8)).build();
    private static final ResourceLimits HURRIED =
            ResourceLimits.builder().maxElapsed(Duration.ofMillis(1)).build();

    @TempDir
    private Path folder;

    private final List<Fallback> fallbacks = new ArrayList<>();
    private LoopbackCloud cloud;
    private Pair pair;

    @BeforeEach
    void start() throws IOException {
        cloud = Loopback.start().rowsPerShard(50);
        pair = new Pair(folder, 5, 4);
    }

    @AfterEach
    void nothingIsLeft() {
        try (LoopbackCloud used = cloud) {
            assertThat(used.datasets()).isEmpty();
            assertThat(used.objects()).isEmpty();
            assertThat(used.openJobs()).isEmpty();
        }
    }

    private MergePolicy chain(ResourceLimits here, MergeStrategy inBigQuery) {
        return MergePolicy.startingWith(LocalArrowStrategy.within(here))
                .fallbackTo(inBigQuery)
                .alsoWhenUnavailable()
                .onFallback(fallbacks::add)
                .build();
    }

    private static List<String> story(List<Attempt> attempts) {
        return attempts.stream()
                .map(attempt -> attempt.strategy() + " " + attempt.outcome())
                .toList();
    }

    @Test
    void measuredBreach_bringsTheSameTable() {
        MergeResult wide = chain(TIGHT, Loopback.strategy(cloud).build()).merge(pair.request());

        pair.assertMerged();
        assertThat(wide.strategy()).isEqualTo("bigquery");
        assertThat(story(wide.attempts()))
                .containsExactly("local-arrow " + Outcome.BREACHED, "bigquery " + Outcome.SUCCEEDED);
        Attempt here = wide.attempts().get(0);
        Attempt there = wide.attempts().get(1);
        assertThat(here.detail()).contains("memory limit 8.0 KiB");
        assertThat(here.cost()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(here.elapsed()).isPositive();
        assertThat(there.detail()).isEqualTo("120 rows x 22 columns");
        assertThat(there.cost()).isEqualByComparingTo(wide.cost()).isPositive();
        assertThat(there.elapsed()).isEqualTo(wide.elapsed()).isPositive();
        assertThat(fallbacks).singleElement().satisfies(fallback -> {
            assertThat(fallback.from()).isEqualTo(here);
            assertThat(fallback.to()).isEqualTo("bigquery");
        });
    }

    @Test
    void predictedBreach_bringsItWithoutATryHere() {
        MergeResult wide = chain(HURRIED, Loopback.strategy(cloud).build()).merge(pair.request());

        pair.assertMerged();
        assertThat(story(wide.attempts()))
                .containsExactly("local-arrow " + Outcome.SKIPPED, "bigquery " + Outcome.SUCCEEDED);
        assertThat(wide.attempts().get(0).detail()).contains("elapsed time limit 1 ms");
    }

    @Test
    void enoughMemoryHere_callsNothing() {
        MergeResult wide = chain(
                        ResourceLimits.defaults(), Loopback.strategy(cloud).build())
                .merge(pair.request());

        assertThat(story(wide.attempts())).containsExactly("local-arrow " + Outcome.SUCCEEDED);
        assertThat(cloud.calls()).isEmpty();
        assertThat(fallbacks).isEmpty();
    }

    @Test
    void breachOnBothSides_endsWithTheLastAndTellsBoth() {
        MergeStrategy frugal =
                Loopback.strategy(cloud).maxBilledBytes(MemorySize.mib(1)).build();
        LimitBreachException thrown = catchThrowableOfType(
                LimitBreachException.class, () -> chain(TIGHT, frugal).merge(pair.request()));

        assertThat(thrown.breach().resource()).isEqualTo(Resource.BILLED_BYTES);
        assertThat(thrown.attempts()).extracting(Attempt::strategy).containsExactly("local-arrow", "bigquery");
        assertThat(thrown.getSuppressed())
                .singleElement()
                .isInstanceOfSatisfying(
                        LimitBreachException.class,
                        first -> assertThat(first.breach().resource()).isEqualTo(Resource.MEMORY));
        assertThat(cloud.billedBytes()).isZero();
        assertThat(pair.output()).doesNotExist();
    }

    @Test
    void breachHereAndTooDearThere_endsWithTheBreach_andNothingIsBilledOrMade() {
        MergePolicy thrifty = MergePolicy.startingWith(LocalArrowStrategy.within(TIGHT))
                .fallbackTo(Loopback.strategy(cloud).build())
                .alsoWhenUnavailable()
                .maxCost(new BigDecimal("0.0001"))
                .onFallback(fallbacks::add)
                .build();
        LimitBreachException thrown =
                catchThrowableOfType(LimitBreachException.class, () -> thrifty.merge(pair.request()));

        assertThat(thrown.breach().resource()).isEqualTo(Resource.MEMORY);
        assertThat(story(thrown.attempts()))
                .containsExactly("local-arrow " + Outcome.BREACHED, "bigquery " + Outcome.SKIPPED);
        assertThat(thrown.attempts().get(1).detail()).matches("costs about \\$0\\.\\d\\d of at most \\$0\\.0001");
        assertThat(thrown.attempts())
                .extracting(Attempt::cost)
                .allSatisfy(cost -> assertThat(cost).isEqualByComparingTo(BigDecimal.ZERO));
        assertThat(cloud.calls()).isEmpty(); // nothing billed, staged, loaded or made
        assertThat(cloud.billedBytes()).isZero();
        assertThat(pair.output()).doesNotExist();
    }

    @Test
    void missingPermission_leavesTheBreachAndNamesThePermission() {
        cloud.faults().deny(ApiCall.DATASETS_INSERT);
        LimitBreachException thrown = catchThrowableOfType(
                LimitBreachException.class,
                () -> chain(TIGHT, Loopback.strategy(cloud).build()).merge(pair.request()));

        assertThat(thrown.breach().resource()).isEqualTo(Resource.MEMORY);
        assertThat(story(thrown.attempts()))
                .containsExactly("local-arrow " + Outcome.BREACHED, "bigquery " + Outcome.FAILED);
        assertThat(thrown.getSuppressed())
                .singleElement()
                .isInstanceOf(StrategyUnavailableException.class)
                .asString()
                .contains("bigquery.datasets.create");
        assertThat(pair.output()).doesNotExist();
    }

    @Test
    void badInput_isNotSentAnywhere() {
        Path spine = Fixtures.table("targets").key("ts", 1, 2).writeTo(folder);
        Path doubled =
                Fixtures.table("doubled").key("ts", 1, 1).column("x", 1.0, 2.0).writeTo(folder);
        MergeRequest request =
                MergeRequest.onKey("ts").spine(spine).features(doubled).writeTo(pair.output());
        InvalidInputException thrown = catchThrowableOfType(
                InvalidInputException.class,
                () -> chain(ResourceLimits.defaults(), Loopback.strategy(cloud).build())
                        .merge(request));

        assertThat(thrown.attempts()).hasSize(1);
        assertThat(cloud.calls()).isEmpty();
    }
}
