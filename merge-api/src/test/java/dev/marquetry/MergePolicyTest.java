/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static dev.marquetry.MergePolicyMatrixTest.REQUEST;
import static dev.marquetry.MergePolicyMatrixTest.describe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.marquetry.MergeResult.Move;
import dev.marquetry.testkit.ScriptedStrategy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MergePolicyTest {
    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void estimateThatIsUnavailable_countsAsUnavailable() {
        ScriptedStrategy offline = ScriptedStrategy.named("offline").estimating(builder -> {
            throw new StrategyUnavailableException("no network");
        });
        MergePolicy strict = MergePolicy.of(offline, ScriptedStrategy.named("after"));
        MergePolicy lenient = MergePolicy.startingWith(offline)
                .fallbackTo(ScriptedStrategy.named("after"))
                .alsoWhenUnavailable()
                .build();

        assertThatThrownBy(() -> strict.merge(REQUEST)).isInstanceOf(StrategyUnavailableException.class);
        assertThat(describe(lenient.merge(REQUEST).attempts())).containsExactly("offline FAILED", "after SUCCEEDED");
        assertThatThrownBy(() -> strict.estimate(REQUEST)).isInstanceOf(StrategyUnavailableException.class);
        assertThat(lenient.estimate(REQUEST).strategy()).isEqualTo("after");
    }

    static Stream<Throwable> surprises() {
        return Stream.of(
                new NullPointerException("a"),
                new IllegalArgumentException("b"),
                new IllegalStateException("c"),
                new OutOfMemoryError("d"),
                new AssertionError("e"));
    }

    @ParameterizedTest
    @MethodSource("surprises")
    void surprises_passThroughUntouched(Throwable surprise) {
        ScriptedStrategy after = ScriptedStrategy.named("after");
        ScriptedStrategy failing = ScriptedStrategy.named("failing");
        if (surprise instanceof Error error) {
            failing.throwing(error);
        } else {
            failing.throwing((RuntimeException) surprise);
        }
        MergePolicy policy = MergePolicy.startingWith(
                        ScriptedStrategy.named("before").breaching(Resource.DISK))
                .fallbackTo(failing)
                .fallbackTo(after)
                .alsoWhenUnavailable()
                .build();

        assertThat(catchThrowable(() -> policy.merge(REQUEST))).isSameAs(surprise);
        assertThat(surprise.getSuppressed()).isEmpty();
        assertThat(after.calls()).isEmpty();
    }

    @Test
    void surpriseInAnEstimate_passesThroughUntouched() {
        ScriptedStrategy after = ScriptedStrategy.named("after");
        ScriptedStrategy failing = ScriptedStrategy.named("failing").estimating(builder -> {
            throw new IllegalStateException("fault");
        });

        assertThatThrownBy(() -> MergePolicy.of(failing, after).merge(REQUEST))
                .isExactlyInstanceOf(IllegalStateException.class);
        assertThat(after.calls()).isEmpty();
    }

    @Test
    void attempts_comeInTheOrderMadeWithReasons() {
        MergePolicy policy = MergePolicy.startingWith(
                        ScriptedStrategy.named("a").predictingBreach(Resource.MEMORY))
                .fallbackTo(ScriptedStrategy.named("b").refusing("type FLOAT16"))
                .fallbackTo(ScriptedStrategy.named("c").breaching(Resource.DISK))
                .fallbackTo(ScriptedStrategy.named("d").unavailable())
                .fallbackTo(ScriptedStrategy.named("e"))
                .alsoWhenUnavailable()
                .build();
        MergeResult result = policy.merge(REQUEST);

        assertThat(describe(result.attempts()))
                .containsExactly("a SKIPPED", "b SKIPPED", "c BREACHED", "d FAILED", "e SUCCEEDED");
        assertThat(result.attempts().get(0).detail()).contains("memory limit");
        assertThat(result.attempts().get(1).detail()).contains("FLOAT16");
        assertThat(result.attempts().get(2).detail()).contains("free disk");
        assertThat(result.attempts().get(3).detail()).contains("not available");
    }

    @Test
    void lastFailure_carriesAllEarlierOnesAsSuppressed() {
        MergeFailedException failure = new MergeFailedException("disk failed");
        MergePolicy policy = MergePolicy.of(
                ScriptedStrategy.named("a").predictingBreach(Resource.MEMORY),
                ScriptedStrategy.named("b").breaching(Resource.DISK),
                ScriptedStrategy.named("c").throwing(failure));

        assertThat(catchThrowable(() -> policy.merge(REQUEST))).isSameAs(failure);
        assertThat(failure.getSuppressed())
                .hasSize(2)
                .allMatch(LimitBreachException.class::isInstance)
                .satisfiesExactly(
                        first -> assertThat(
                                        ((LimitBreachException) first).breach().resource())
                                .isEqualTo(Resource.MEMORY),
                        second -> assertThat(
                                        ((LimitBreachException) second).breach().resource())
                                .isEqualTo(Resource.DISK));
        assertThat(describe(failure.attempts())).containsExactly("a SKIPPED", "b BREACHED", "c FAILED");
    }

    @Test
    void nothingLeft_throwsTheLastBreach() {
        MergePolicy policy = MergePolicy.of(
                ScriptedStrategy.named("a").breaching(Resource.MEMORY),
                ScriptedStrategy.named("b").breaching(Resource.DISK),
                ScriptedStrategy.named("c").refusing("no such type"));
        LimitBreachException thrown = (LimitBreachException) catchThrowable(() -> policy.merge(REQUEST));

        assertThat(thrown.breach().resource()).isEqualTo(Resource.DISK);
        assertThat(thrown.getSuppressed()).hasSize(2);
    }

    @Test
    void nothingButRefusals_isUnavailable() {
        MergePolicy policy = MergePolicy.of(
                ScriptedStrategy.named("a").refusing("one reason"),
                ScriptedStrategy.named("b").refusing("another"));

        assertThatThrownBy(() -> policy.merge(REQUEST))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("another");
    }

    @Test
    void result_keepsAllThatItsStrategyReported() {
        MergeResult full = MergeResult.of("b", REQUEST.output())
                .shape(7, 8)
                .bytes(9, 10)
                .elapsed(Duration.ofSeconds(11))
                .peakMemoryBytes(12)
                .cost(BigDecimal.TEN)
                .featureMatches(
                        List.of(new MergeResult.FeatureMatch("a", MergeResult.RowMapKind.ORDERED, 1, 2, 3, 4, 5, 6)))
                .chunks(Move.COPIED, 13)
                .warnings(List.of("near"))
                .build();
        MergeResult result = MergePolicy.of(
                        ScriptedStrategy.named("a").breaching(Resource.MEMORY),
                        ScriptedStrategy.named("b").returning(full))
                .merge(REQUEST);

        assertThat(result).usingRecursiveComparison().ignoringFields("attempts").isEqualTo(full);
        assertThat(describe(result.attempts())).containsExactly("a BREACHED", "b SUCCEEDED");
        assertThat(result.attempts()).last().isEqualTo(full.attempts().get(0));
    }

    @Test
    void listener_isToldBeforeTheNextIsTried() {
        ScriptedStrategy after = ScriptedStrategy.named("after");
        List<String> told = new ArrayList<>();
        MergePolicy.startingWith(ScriptedStrategy.named("a").breaching(Resource.MEMORY))
                .fallbackTo(after)
                .onFallback(
                        fallback -> told.add(fallback.from().strategy() + " to " + fallback.to() + " " + after.calls()))
                .build()
                .merge(REQUEST);

        assertThat(told).containsExactly("a to after []");
    }

    @Test
    void listenerThatThrows_isIgnored() {
        MergePolicy policy = MergePolicy.startingWith(
                        ScriptedStrategy.named("a").breaching(Resource.MEMORY))
                .fallbackTo(ScriptedStrategy.named("after"))
                .onFallback(fallback -> {
                    throw new IllegalStateException("listener failed as the test wants");
                })
                .build();

        assertThat(policy.merge(REQUEST).strategy()).isEqualTo("after");
    }

    @Test
    void interruptBetweenTries_cancelsAndKeepsTheFlag() {
        ScriptedStrategy after = ScriptedStrategy.named("after");
        MergePolicy policy = MergePolicy.startingWith(
                        ScriptedStrategy.named("a").breaching(Resource.MEMORY))
                .fallbackTo(after)
                .onFallback(fallback -> Thread.currentThread().interrupt())
                .build();
        Throwable thrown = catchThrowable(() -> policy.merge(REQUEST));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(MergeCancelledException.class);
        assertThat(thrown.getSuppressed()).hasSize(1).allMatch(LimitBreachException.class::isInstance);
        assertThat(describe(((MergeException) thrown).attempts())).containsExactly("a BREACHED");
        assertThat(after.calls()).isEmpty();
    }

    @Test
    void nestedPolicies_flattenTheirAttempts() {
        MergePolicy inner = MergePolicy.of(
                ScriptedStrategy.named("b").breaching(Resource.MEMORY),
                ScriptedStrategy.named("c").breaching(Resource.DISK));
        MergePolicy outer = MergePolicy.of(
                ScriptedStrategy.named("a").breaching(Resource.STALL), inner, ScriptedStrategy.named("d"));

        assertThat(describe(outer.merge(REQUEST).attempts()))
                .containsExactly("a BREACHED", "b BREACHED", "c BREACHED", "d SUCCEEDED");
        assertThat(outer.name()).isEqualTo("a > b > c > d");
    }

    @Test
    void nestedPolicyThatSucceeds_keepsOuterAttemptsFirst() {
        MergePolicy inner =
                MergePolicy.of(ScriptedStrategy.named("b").breaching(Resource.MEMORY), ScriptedStrategy.named("c"));
        MergePolicy outer = MergePolicy.of(ScriptedStrategy.named("a").breaching(Resource.STALL), inner);

        assertThat(describe(outer.merge(REQUEST).attempts()))
                .containsExactly("a BREACHED", "b BREACHED", "c SUCCEEDED");
    }

    @Test
    void nestedPolicyThatFails_keepsAllAttemptsOnce() {
        MergePolicy inner = MergePolicy.of(
                ScriptedStrategy.named("b").breaching(Resource.MEMORY),
                ScriptedStrategy.named("c").throwing(new MergeFailedException("disk failed")));
        Throwable thrown =
                catchThrowable(() -> MergePolicy.of(ScriptedStrategy.named("a").breaching(Resource.STALL), inner)
                        .merge(REQUEST));

        assertThat(thrown).isInstanceOf(MergeFailedException.class);
        assertThat(describe(((MergeException) thrown).attempts()))
                .containsExactly("a BREACHED", "b BREACHED", "c FAILED");
        assertThat(thrown.getSuppressed()).hasSize(2);
    }

    @Test
    void policyOfOne_isThatStrategy() {
        MergeResult result = MergePolicy.of(ScriptedStrategy.named("a")).merge(REQUEST);

        assertThat(result.strategy()).isEqualTo("a");
        assertThat(describe(result.attempts())).containsExactly("a SUCCEEDED");
    }

    @Test
    void estimate_isTheFirstThatFits() {
        MergePolicy policy = MergePolicy.of(
                ScriptedStrategy.named("a").predictingBreach(Resource.MEMORY),
                ScriptedStrategy.named("b"),
                ScriptedStrategy.named("c"));

        assertThat(policy.estimate(REQUEST).strategy()).isEqualTo("b");
        assertThat(policy.estimate(REQUEST).fits()).isTrue();
    }

    @Test
    void estimate_joinsWhatStandsAgainstEach() {
        MergePolicy policy = MergePolicy.startingWith(
                        ScriptedStrategy.named("a").predictingBreach(Resource.MEMORY))
                .fallbackTo(ScriptedStrategy.named("b").refusing("no such type"))
                .fallbackTo(ScriptedStrategy.named("c").estimating(builder -> {
                    throw new StrategyUnavailableException("no network");
                }))
                .alsoWhenUnavailable()
                .build();
        CostEstimate estimate = policy.estimate(REQUEST);

        assertThat(estimate.strategy()).isEqualTo("a > b > c");
        assertThat(estimate.predictedBreaches())
                .extracting(LimitBreach::resource)
                .containsExactly(Resource.MEMORY);
        assertThat(estimate.refusals()).containsExactly("b: no such type", "c: no network");
    }

    @Test
    void estimate_ofBadInputsIsTheFirstOne() {
        ScriptedStrategy second = ScriptedStrategy.named("b");
        CostEstimate estimate = MergePolicy.of(
                        ScriptedStrategy.named("a").findingInputProblem("[x] Cannot read"), second)
                .estimate(REQUEST);

        assertThat(estimate.inputProblems()).containsExactly("[x] Cannot read");
        assertThat(second.calls()).isEmpty();
    }

    /** A strategy that serves everything for a price. */
    private record Priced(String name, BigDecimal dollars) implements MergeStrategy {
        @Override
        public CostEstimate estimate(MergeRequest request) {
            return CostEstimate.by(name)
                    .costItem(new CostItem("all", "one", dollars))
                    .build();
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            return MergeResult.of(name, request.output()).cost(dollars).build();
        }
    }

    @Test
    void strategyThatCostsTooMuch_isSkippedWithThatReason() {
        MergePolicy policy = MergePolicy.startingWith(new Priced("dear", new BigDecimal("1.501")))
                .fallbackTo(new Priced("cheap", new BigDecimal("1.50")))
                .maxCost(new BigDecimal("1.50"))
                .onFallback(fallback -> {})
                .build();
        MergeResult result = policy.merge(REQUEST);

        assertThat(policy.estimate(REQUEST).strategy()).isEqualTo("cheap");
        assertThat(result.strategy()).isEqualTo("cheap");
        assertThat(result.attempts().get(0).outcome()).isEqualTo(Attempt.Outcome.SKIPPED);
        assertThat(result.attempts().get(0).detail()).isEqualTo("costs about $1.51 of at most $1.50");
    }

    @Test
    void strategiesThatAllCostTooMuch_areUnavailable() {
        MergePolicy policy = MergePolicy.startingWith(new Priced("dear", BigDecimal.TEN))
                .maxCost(BigDecimal.ONE)
                .build();

        assertThat(policy.estimate(REQUEST).fits()).isFalse();
        assertThatThrownBy(() -> policy.merge(REQUEST))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("costs about $10.00 of at most $1");
    }

    @Test
    void breachBeforeAStrategyThatCostsTooMuch_isThrown_andNothingWasPaid() {
        MergePolicy policy = MergePolicy.startingWith(
                        ScriptedStrategy.named("here").breaching(Resource.MEMORY))
                .fallbackTo(new Priced("dear", BigDecimal.TEN))
                .maxCost(BigDecimal.ONE)
                .onFallback(fallback -> {})
                .build();

        LimitBreachException thrown = catchThrowableOfType(LimitBreachException.class, () -> policy.merge(REQUEST));

        assertThat(thrown.breach().resource()).isEqualTo(Resource.MEMORY);
        assertThat(thrown.attempts())
                .extracting(Attempt::strategy, Attempt::outcome)
                .containsExactly(tuple("here", Attempt.Outcome.BREACHED), tuple("dear", Attempt.Outcome.SKIPPED));
        assertThat(thrown.attempts().get(1).detail()).isEqualTo("costs about $10.00 of at most $1");
        assertThat(thrown.attempts())
                .allSatisfy(attempt -> assertThat(attempt.cost()).isEqualByComparingTo(BigDecimal.ZERO));
    }

    @Test
    void estimateOfOneStrategyThatCostsTooMuch_keepsItsFigures() {
        CostEstimate estimate = MergePolicy.startingWith(new Priced("dear", BigDecimal.TEN))
                .maxCost(BigDecimal.ONE)
                .build()
                .estimate(REQUEST);

        assertThat(estimate.refusals()).containsExactly("dear: costs about $10.00 of at most $1");
        assertThat(estimate.cost()).isEqualByComparingTo(BigDecimal.TEN);
        assertThat(estimate.costItems()).extracting(CostItem::name).containsExactly("all");
    }

    @Test
    void maxCost_needsEstimates() {
        MergePolicy.Builder policy =
                MergePolicy.startingWith(new Priced("dear", BigDecimal.TEN)).withoutEstimating();

        assertThatThrownBy(() -> policy.maxCost(BigDecimal.ONE).build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> policy.maxCost(BigDecimal.ONE.negate())).isInstanceOf(IllegalArgumentException.class);
    }
}
