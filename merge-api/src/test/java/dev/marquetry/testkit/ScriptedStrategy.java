/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Phase;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.StrategyUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A strategy that does what a test says and remembers what it was asked for. Unless told otherwise its estimates fit and
 * its merges succeed, without reading or writing a file:
 *
 * <pre>{@code
 * MergeStrategy local = ScriptedStrategy.named("local").breaching(Resource.MEMORY);
 * }</pre>
 *
 * <p>Thread-safe once it is told what to do.
 */
public final class ScriptedStrategy implements MergeStrategy {
    /** One of the things a strategy can be asked for. */
    public enum Call {
        /** {@link MergeStrategy#estimate} was called. */
        ESTIMATE,
        /** {@link MergeStrategy#merge(MergeRequest, ProgressListener)} was called. */
        MERGE
    }

    private static final long LIMIT = 1_000;
    private static final long OVER_LIMIT = 2_000;

    private final String name;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<MergeRequest> requests = new CopyOnWriteArrayList<>();
    private Consumer<CostEstimate.Builder> estimate = fits -> {};
    private Duration time = Duration.ZERO;
    private @Nullable RuntimeException failure;
    private @Nullable Error error;
    private @Nullable MergeResult result;

    private ScriptedStrategy(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** Returns a strategy of that name that succeeds. */
    public static ScriptedStrategy named(String name) {
        return new ScriptedStrategy(name);
    }

    /** Makes merges breach a limit on {@code resource}; the estimate does not foresee it. */
    public ScriptedStrategy breaching(Resource resource) {
        return throwing(new LimitBreachException(breach(resource, Basis.MEASURED)));
    }

    /** Makes the estimate predict a breach of a limit on {@code resource}, and merges raise it. */
    public ScriptedStrategy predictingBreach(Resource resource) {
        LimitBreach predicted = breach(resource, Basis.PREDICTED);
        return estimating(builder -> builder.predictedBreach(predicted)).throwing(new LimitBreachException(predicted));
    }

    /** Makes the estimate say that requests can not be served, and merges be unavailable for that reason. */
    public ScriptedStrategy refusing(String reason) {
        return estimating(builder -> builder.refusal(reason)).throwing(new StrategyUnavailableException(reason));
    }

    /** Makes the estimate name a problem of the inputs, and merges refuse them for it. */
    public ScriptedStrategy findingInputProblem(String problem) {
        return estimating(builder -> builder.inputProblem(problem)).throwing(new InvalidInputException(problem));
    }

    /** Makes merges be unavailable; the estimate does not foresee it. */
    public ScriptedStrategy unavailable() {
        return throwing(new StrategyUnavailableException(name + " is not available"));
    }

    /** Makes every merge throw {@code thrown}, the same instance each time. */
    public ScriptedStrategy throwing(RuntimeException thrown) {
        failure = thrown;
        return this;
    }

    /** Makes every merge throw {@code thrown}, the same instance each time. */
    public ScriptedStrategy throwing(Error thrown) {
        error = thrown;
        return this;
    }

    /** Makes every merge succeed with {@code wanted}. */
    public ScriptedStrategy returning(MergeResult wanted) {
        result = wanted;
        return this;
    }

    /** Lets {@code script} fill in every estimate, or throw. */
    public ScriptedStrategy estimating(Consumer<CostEstimate.Builder> script) {
        estimate = script;
        return this;
    }

    /** Makes merges take {@code duration} before they end; interrupting them cancels them. */
    public ScriptedStrategy taking(Duration duration) {
        time = duration;
        return this;
    }

    /** Returns what this strategy was asked for, in order. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Returns the requests it was asked with, one per call. */
    public List<MergeRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        calls.add(Call.ESTIMATE);
        requests.add(request);
        CostEstimate.Builder builder = CostEstimate.by(name);
        estimate.accept(builder);
        return builder.build();
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        calls.add(Call.MERGE);
        requests.add(request);
        takeTime();
        if (error != null) {
            throw error;
        }
        if (failure != null) {
            throw failure;
        }
        return result != null
                ? result
                : MergeResult.of(name, request.output()).elapsed(time).build();
    }

    private void takeTime() {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MergeCancelledException("Merge by " + name + " was interrupted", e);
        }
    }

    private static LimitBreach breach(Resource resource, Basis basis) {
        return resource.isFloor()
                ? new LimitBreach(resource, OVER_LIMIT, LIMIT, basis, Phase.MOVE, "as scripted")
                : new LimitBreach(resource, LIMIT, OVER_LIMIT, basis, Phase.MOVE, "as scripted");
    }
}
