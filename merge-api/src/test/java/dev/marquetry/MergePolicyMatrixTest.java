/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static dev.marquetry.testkit.ScriptedStrategy.Call.ESTIMATE;
import static dev.marquetry.testkit.ScriptedStrategy.Call.MERGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.marquetry.Attempt.Outcome;
import dev.marquetry.MergePolicy.Fallback;
import dev.marquetry.testkit.ScriptedStrategy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of failure, everywhere in a policy, under every setting. */
class MergePolicyMatrixTest {
    static final MergeRequest REQUEST =
            MergeRequest.onKey("ts").spine(Path.of("spine.parquet")).writeTo(Path.of("wide.parquet"));

    private enum FallsBack {
        ALWAYS,
        WHEN_ASKED_TO,
        NEVER
    }

    /** What each kind of failure means for a policy. A new exception is not here and fails every test of the matrix. */
    private static final Map<Class<?>, FallsBack> VERDICTS = Map.of(
            LimitBreachException.class, FallsBack.ALWAYS,
            StrategyUnavailableException.class, FallsBack.WHEN_ASKED_TO,
            InvalidInputException.class, FallsBack.NEVER,
            MergeCancelledException.class, FallsBack.NEVER,
            OutcomeUnknownException.class, FallsBack.NEVER,
            MergeFailedException.class, FallsBack.NEVER);

    private static final Map<Class<?>, Supplier<MergeException>> SAMPLES = Map.of(
            LimitBreachException.class, () -> new LimitBreachException(breach(LimitBreach.Basis.MEASURED)),
            StrategyUnavailableException.class, () -> new StrategyUnavailableException("no credentials"),
            InvalidInputException.class, () -> new InvalidInputException("[a.parquet] Cannot read"),
            MergeCancelledException.class, () -> new MergeCancelledException("interrupted"),
            OutcomeUnknownException.class, () -> new OutcomeUnknownException("lost reply"),
            MergeFailedException.class, () -> new MergeFailedException("disk failed"));

    private static LimitBreach breach(LimitBreach.Basis basis) {
        return new LimitBreach(Resource.MEMORY, 10, 20, basis, Phase.MOVE, "[a.parquet]");
    }

    /** One case: where the strategy that fails stands, and how the policy is built. */
    private record Case(
            Class<?> kind,
            boolean alsoWhenUnavailable,
            boolean withoutEstimating,
            boolean breachBefore,
            boolean moreAfter) {
        static Stream<Case> all(List<Class<?>> kinds) {
            List<Case> cases = new ArrayList<>();
            for (Class<?> kind : kinds) {
                for (int bits = 0; bits < 16; bits++) {
                    cases.add(new Case(kind, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0, (bits & 8) > 0));
                }
            }
            return cases.stream();
        }

        boolean fallsBack() {
            FallsBack verdict = VERDICTS.get(kind);
            assertThat(verdict).as("whether a policy falls back on " + kind).isNotNull();
            return verdict == FallsBack.ALWAYS || verdict == FallsBack.WHEN_ASKED_TO && alsoWhenUnavailable;
        }

        MergePolicy policy(List<ScriptedStrategy> strategies, List<Fallback> told) {
            MergePolicy.Builder builder =
                    MergePolicy.startingWith(strategies.get(0)).onFallback(told::add);
            strategies.stream().skip(1).forEach(builder::fallbackTo);
            if (alsoWhenUnavailable) {
                builder.alsoWhenUnavailable();
            }
            if (withoutEstimating) {
                builder.withoutEstimating();
            }
            return builder.build();
        }

        List<ScriptedStrategy> around(ScriptedStrategy middle) {
            List<ScriptedStrategy> strategies = new ArrayList<>();
            if (breachBefore) {
                strategies.add(ScriptedStrategy.named("before").breaching(Resource.ELAPSED));
            }
            strategies.add(middle);
            if (moreAfter) {
                strategies.add(ScriptedStrategy.named("after"));
            }
            return strategies;
        }
    }

    static Stream<Case> failures() {
        return Case.all(Arrays.asList(MergeException.class.getPermittedSubclasses()));
    }

    @Test
    void everyException_isClassified() {
        assertThat(VERDICTS.keySet()).containsExactlyInAnyOrder(MergeException.class.getPermittedSubclasses());
        assertThat(SAMPLES.keySet()).isEqualTo(VERDICTS.keySet());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failure_fallsBackOnlyWhereItMay(Case it) {
        MergeException failure = SAMPLES.get(it.kind).get();
        ScriptedStrategy failing = ScriptedStrategy.named("failing").throwing(failure);
        List<ScriptedStrategy> strategies = it.around(failing);
        List<Fallback> told = new ArrayList<>();
        MergePolicy policy = it.policy(strategies, told);
        Outcome outcome = it.kind == LimitBreachException.class ? Outcome.BREACHED : Outcome.FAILED;
        List<String> tries = new ArrayList<>(it.breachBefore ? List.of("before BREACHED") : List.of());
        tries.add("failing " + outcome);

        if (it.fallsBack() && it.moreAfter) {
            MergeResult result = policy.merge(REQUEST);
            tries.add("after SUCCEEDED");
            assertThat(result.strategy()).isEqualTo("after");
            assertThat(describe(result.attempts())).isEqualTo(tries);
            assertThat(told).extracting(Fallback::to).last().isEqualTo("after");
        } else {
            Throwable thrown = catchThrowable(() -> policy.merge(REQUEST));
            boolean breachCameFirst = it.fallsBack() && it.breachBefore && outcome != Outcome.BREACHED;
            assertThat(thrown).isInstanceOf(breachCameFirst ? LimitBreachException.class : it.kind);
            assertThat(thrown == failure).isEqualTo(!breachCameFirst);
            assertThat(describe(((MergeException) thrown).attempts())).isEqualTo(tries);
            assertThat(thrown.getSuppressed()).hasSize(it.breachBefore ? 1 : 0);
            assertThat(told).hasSize(it.breachBefore ? 1 : 0);
        }
        ScriptedStrategy last = strategies.get(strategies.size() - 1);
        assertThat(last.calls().contains(MERGE)).isEqualTo(!it.moreAfter || it.fallsBack());
        assertThat(failing.calls()).isEqualTo(it.withoutEstimating ? List.of(MERGE) : List.of(ESTIMATE, MERGE));
    }

    static Stream<Case> estimates() {
        return Case.all(
                List.of(LimitBreachException.class, StrategyUnavailableException.class, InvalidInputException.class));
    }

    @ParameterizedTest
    @MethodSource("estimates")
    void estimate_isHeededBeforeAnythingIsTried(Case it) {
        ScriptedStrategy unfit = ScriptedStrategy.named("unfit");
        if (it.kind == LimitBreachException.class) {
            unfit.predictingBreach(Resource.MEMORY);
        } else if (it.kind == StrategyUnavailableException.class) {
            unfit.refusing("10,000 columns are too many");
        } else {
            unfit.findingInputProblem("[a.parquet] Cannot find key column");
        }
        List<ScriptedStrategy> strategies = it.around(unfit);
        List<Fallback> told = new ArrayList<>();
        MergePolicy policy = it.policy(strategies, told);
        boolean skipped = !it.withoutEstimating && it.kind != InvalidInputException.class;
        boolean goesOn = skipped || it.fallsBack();
        Outcome outcome =
                skipped ? Outcome.SKIPPED : it.kind == LimitBreachException.class ? Outcome.BREACHED : Outcome.FAILED;

        Throwable thrown = catchThrowable(() -> {
            MergeResult result = policy.merge(REQUEST);
            assertThat(result.strategy()).isEqualTo("after");
            assertThat(describe(result.attempts())).endsWith("unfit " + outcome, "after SUCCEEDED");
        });
        if (goesOn && it.moreAfter) {
            assertThat(thrown).isNull();
            assertThat(told).last().satisfies(fallback -> {
                assertThat(fallback.from().outcome()).isEqualTo(outcome);
                assertThat(fallback.from().detail()).containsAnyOf("memory", "too many");
            });
        } else {
            assertThat(thrown).isInstanceOf(goesOn && it.breachBefore ? LimitBreachException.class : it.kind);
            assertThat(describe(((MergeException) thrown).attempts())).last().isEqualTo("unfit " + outcome);
        }
        assertThat(unfit.calls().contains(MERGE)).isEqualTo(!skipped);
    }

    /** Returns each attempt as its strategy's name and outcome. */
    static List<String> describe(List<Attempt> attempts) {
        return attempts.stream()
                .map(attempt -> attempt.strategy() + " " + attempt.outcome())
                .toList();
    }
}
