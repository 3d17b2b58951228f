/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Many named merges through one strategy: one at a time, or several side by side within one budget. Goes on after a failure.
 *
 * <pre>{@code
 * BatchResult pairs = BatchMerge.within(limits, LocalArrowStrategy::within)
 *     .merge("audusd", audusd)
 *     .merge("eurusd", eurusd)
 *     .parallel(2)
 *     .canary("audusd")
 *     .build()
 *     .run();
 * }</pre>
 *
 * <p>Immutable; thread-safe if its strategy and listener are. A batch can be run again.
 */
public final class BatchMerge {
    private final MergeStrategy strategy;
    private final Map<String, MergeRequest> requests;
    private final int parallel;
    private final Optional<Path> journal;
    private final Optional<BigDecimal> maxCost;
    private final Optional<String> canary;
    private final Optional<OutputCheck> canaryCheck;
    private final Optional<OutputBackup> backup;
    private final BatchListener listener;

    private BatchMerge(Builder builder) {
        parallel = Objects.requireNonNullElse(builder.parallel, 1);
        strategy = builder.maker.apply(parallel);
        requests = Collections.unmodifiableMap(new LinkedHashMap<>(builder.requests));
        journal = Optional.ofNullable(builder.journal);
        maxCost = Optional.ofNullable(builder.maxCost);
        canary = Optional.ofNullable(builder.canary);
        canaryCheck = Optional.ofNullable(builder.canaryCheck);
        backup = Optional.ofNullable(builder.backup);
        listener = builder.listener;
    }

    /** Begins a batch through {@code strategy}, whose limits hold for each merge on its own, also side by side. */
    public static Builder by(MergeStrategy strategy) {
        Objects.requireNonNull(strategy, "strategy");
        return new Builder(parallel -> strategy);
    }

    /**
     * Begins a batch that keeps {@code limits} as a whole: {@code maker} is given a share of them for each of the merges that
     * run side by side, see {@link #share}.
     *
     * @param maker makes the strategy, such as {@code LocalArrowStrategy::within}; asked once, when the batch is built
     */
    public static Builder within(ResourceLimits limits, Function<ResourceLimits, ? extends MergeStrategy> maker) {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(maker, "maker");
        return new Builder(parallel -> maker.apply(share(limits, parallel)));
    }

    /**
     * Returns what each of {@code parallel} merges may take so that all together keep {@code limits}: memory and threads are
     * divided, with one thread at least; floors of free memory and free disk, and times, hold for each as they are.
     *
     * @throws IllegalArgumentException if {@code parallel} is not positive, or more than there are bytes of memory
     */
    public static ResourceLimits share(ResourceLimits limits, int parallel) {
        if (parallel < 1) {
            throw new IllegalArgumentException("parallel merges must be positive but were " + parallel);
        }
        if (parallel == 1) {
            return limits;
        }
        int threads = limits.threads().orElse(Runtime.getRuntime().availableProcessors());
        ResourceLimits.Builder share = ResourceLimits.builder()
                .maxMemory(MemorySize.bytes(limits.maxMemory().bytes() / parallel))
                .maxStall(limits.maxStall())
                .threads(Math.max(1, Math.min(threads, 256) / parallel));
        limits.minFreeSystemMemory().ifPresent(share::minFreeSystemMemory);
        limits.minFreeDisk().ifPresent(share::minFreeDisk);
        limits.maxElapsed().ifPresent(share::maxElapsed);
        return share.build();
    }

    /** Returns what is merged, by name, in the order given. */
    public Map<String, MergeRequest> requests() {
        return requests;
    }

    /** Returns how many merges run side by side. */
    public int parallel() {
        return parallel;
    }

    /**
     * Merges all, blocking until the last has ended. What a merge throws is in its item of the result, and the rest goes on.
     *
     * <p>If the calling thread is interrupted, running merges are cancelled, the rest is not begun, and the result says so:
     * {@link BatchResult#interrupted}. The thread's interrupt flag is set again.
     *
     * @throws StrategyUnavailableException if another batch runs on the journal; nothing is done
     * @throws InvalidInputException if the journal has a broken line; nothing is done
     * @throws MergeFailedException if the journal can not be read or written; running merges are cancelled
     * @throws Error as a merge threw it, such as {@link OutOfMemoryError}, once the merges beside it were cancelled
     */
    public BatchResult run() {
        return new BatchRun(this).run();
    }

    MergeStrategy strategy() {
        return strategy;
    }

    Optional<Path> journal() {
        return journal;
    }

    Optional<BigDecimal> maxCost() {
        return maxCost;
    }

    Optional<String> canary() {
        return canary;
    }

    Optional<OutputCheck> canaryCheck() {
        return canaryCheck;
    }

    Optional<OutputBackup> backup() {
        return backup;
    }

    BatchListener listener() {
        return listener;
    }

    /**
     * Collects requests and how they are merged. A setting can be made once: another value throws {@link
     * IllegalStateException}. Not thread-safe.
     */
    public static final class Builder {
        private final Function<Integer, MergeStrategy> maker;
        private final Map<String, MergeRequest> requests = new LinkedHashMap<>();
        private final Set<URI> outputs = new HashSet<>();
        private @Nullable Integer parallel;
        private @Nullable Path journal;
        private @Nullable BigDecimal maxCost;
        private @Nullable String canary;
        private @Nullable OutputCheck canaryCheck;
        private @Nullable OutputBackup backup;
        private BatchListener listener = BatchListener.none();

        private Builder(Function<Integer, MergeStrategy> maker) {
            this.maker = maker;
        }

        /**
         * Adds a merge; merges begin in the order they were added.
         *
         * @throws IllegalArgumentException if the name is empty, or another merge has that name or that output
         */
        public Builder merge(String name, MergeRequest request) {
            if (name.isEmpty() || requests.containsKey(name)) {
                throw new IllegalArgumentException("merges of a batch must have different, non-empty names but were "
                        + requests.keySet() + " and '" + name + "'");
            }
            if (!outputs.add(request.output())) {
                throw new IllegalArgumentException("merges of a batch must have different outputs but two, one of them "
                        + name + ", have " + request.output());
            }
            requests.put(name, request);
            return this;
        }

        /**
         * Runs {@code merges} side by side; default 1.
         *
         * @throws IllegalArgumentException if {@code merges} is not between 1 and 256
         */
        public Builder parallel(int merges) {
            if (merges < 1 || merges > 256) {
                throw new IllegalArgumentException("parallel merges must be between 1 and 256 but were " + merges);
            }
            parallel = once("parallel merges", parallel, merges);
            return this;
        }

        /**
         * Keeps a journal in {@code file}, made if it is not there: a line of JSON for each change, on disk before the batch
         * goes on. A later run on it skips what is done already: requests whose last line there says so, whose rules, file
         * names and inputs (by size, time of change and footer) are the same, and whose output is there with the size and
         * footer it had. Everything else is merged again, over the batch's own earlier output; an output that the journal
         * does not know as the batch's is replaced only by a request with {@link MergeRequest.ExistingOutput#REPLACE}.
         *
         * <p>It is locked while the batch runs; the lock goes with the process. On systems where closing a file lets go of
         * all the process's locks on it, Linux among them, nothing else in the process may open it meanwhile. A last line that
         * a crash left half is cut off. Requests with inputs that are no files of this machine are always merged again.
         */
        public Builder journal(Path file) {
            journal = once("journal", journal, file);
            return this;
        }

        /**
         * Sets the most that one run of the batch may cost, in US dollars; default no limit. Each request is estimated first,
         * and not begun if its estimate is more than is left of {@code dollars} when those that run are reckoned at their
         * estimates. What a merge costs beyond its estimate counts against those after it.
         *
         * @throws IllegalArgumentException if {@code dollars} is negative
         */
        public Builder maxCost(BigDecimal dollars) {
            if (dollars.signum() < 0) {
                throw new IllegalArgumentException("max cost must not be negative but was " + dollars);
            }
            maxCost = once("max cost", maxCost, dollars);
            return this;
        }

        /** Merges the request called {@code name} first and alone, and the rest only if its output is there then. */
        public Builder canary(String name) {
            canary = once("canary", canary, name);
            return this;
        }

        /**
         * Merges the request called {@code name} first and alone, and the rest only if its output is there then and passes
         * {@code check}. An output that does not pass stays where it is, but its item has failed with what the check threw, and
         * the next run merges it again. With a journal, a canary that is done already is not checked again if the journal says
         * that this very output passed.
         *
         * @param check such as {@code OutputValidator.within(limits)::check}, which compares every value with the inputs; its
         *     own limits hold for it
         */
        public Builder canary(String name, OutputCheck check) {
            canaryCheck = once("check of the canary", canaryCheck, check);
            return canary(name);
        }

        /**
         * Copies each output once it is done and, of the canary, has passed its check. An output whose copy fails stays where
         * it is, and its merge is done: {@link BatchResult.Item#backupFailure} has why, and {@link BatchResult#allDone} is
         * false. With a journal, a later run copies what is done and not yet copied without merging it again, and does not
         * look again at what the journal says was copied, of this very output to that very object.
         */
        public Builder backup(OutputBackup copier) {
            backup = once("backup", backup, copier);
            return this;
        }

        /** Tells {@code wanted} how the batch goes. */
        public Builder listener(BatchListener wanted) {
            listener = Objects.requireNonNull(wanted, "wanted");
            return this;
        }

        /**
         * Returns the batch.
         *
         * @throws IllegalStateException if there is no request, or none that is called like the canary
         */
        public BatchMerge build() {
            if (requests.isEmpty()) {
                throw new IllegalStateException("a batch must have a merge");
            }
            if (canary != null && !requests.containsKey(canary)) {
                throw new IllegalStateException("canary must be one of " + requests.keySet() + " but was " + canary);
            }
            return new BatchMerge(this);
        }

        private static <T> T once(String what, @Nullable T before, T after) {
            Objects.requireNonNull(after, what);
            if (before != null && !before.equals(after)) {
                throw new IllegalStateException(what + " is " + before + " already and can not be " + after + " too");
            }
            return after;
        }
    }
}
