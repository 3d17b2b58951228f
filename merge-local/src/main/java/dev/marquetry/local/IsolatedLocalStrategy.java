/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.internal.limits.HeapRoom;
import dev.marquetry.local.internal.worker.IsolatedOrder;
import dev.marquetry.local.internal.worker.MemoryCeiling;
import dev.marquetry.local.internal.worker.WorkerCommand;
import dev.marquetry.local.internal.worker.WorkerProcess;
import dev.marquetry.spi.wire.WorkEvent;
import dev.marquetry.spi.wire.WorkOrder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Merges as {@link LocalArrowStrategy} does, in a process of its own: whatever a merge takes or meets, this JVM's heap has
 * no part in it and this JVM goes on. Estimates are made there too.
 *
 * <p>The child's heap is as large as {@link ResourceLimits#maxMemory} needs; the operating system holds the whole process to
 * that, a sixteenth more and an allowance for the JVM, by a memory group or by RLIMIT_DATA where it can. A child that is
 * killed, or runs out of memory, is a {@link LimitBreachException} on {@link Resource#MEMORY}, so that a policy falls back;
 * what it leaves is deleted at once. Interrupting the caller ends the child within seconds, and so do {@link
 * ResourceLimits#maxElapsed} and the end of this process.
 *
 * <p>Progress is told on the calling thread. Thread-safe: one instance may run several merges at once, each in a process.
 */
public final class IsolatedLocalStrategy implements MergeStrategy {
    /** What the child's JVM may take beside its heap unless told otherwise: {@value} bytes (192 MiB). */
    public static final long DEFAULT_JVM_ALLOWANCE_BYTES = MergeWorker.JVM_ALLOWANCE_BYTES;

    /** A collector's tables are a few hundredths of the heap. */
    private static final int HEAP_PER_TABLES = 16;

    private final ResourceLimits limits;
    private final Path java;
    private final @Nullable String classPath;
    private final long heapBytes;
    private final long ceilingBytes;
    private final int progressEveryFiles;
    private final @Nullable WorkerPool pool;

    private IsolatedLocalStrategy(Builder builder) {
        limits = builder.limits;
        java = builder.java;
        classPath = builder.classPath;
        heapBytes = builder.heap == null ? HeapRoom.heapFor(limits.maxMemory().bytes()) : builder.heap.bytes();
        ceilingBytes = heapBytes + heapBytes / HEAP_PER_TABLES + builder.jvmAllowance.bytes();
        progressEveryFiles = builder.progressEveryFiles;
        pool = builder.pool;
    }

    /** Returns a strategy that keeps {@code limits} in every merge, each in a new process. */
    public static IsolatedLocalStrategy within(ResourceLimits limits) {
        return builder(limits).build();
    }

    /** Returns a builder for a strategy that keeps {@code limits} in every merge. */
    public static Builder builder(ResourceLimits limits) {
        return new Builder(limits);
    }

    /** Returns {@code isolated-local}. */
    @Override
    public String name() {
        return "isolated-local";
    }

    /**
     * Predicts what a merge would need, in a process of its own. Its death for lack of memory is a predicted breach.
     *
     * @throws StrategyUnavailableException if no process can be started
     * @throws MergeCancelledException if the thread was interrupted; the interrupt flag is set again
     */
    @Override
    public CostEstimate estimate(MergeRequest request) {
        try {
            WorkEvent answer = fulfil(WorkOrder.Task.ESTIMATE, request, ProgressListener.none());
            if (answer instanceof WorkEvent.Estimated estimated) {
                return estimated.estimate();
            }
            throw unexpected(answer);
        } catch (InvalidInputException e) {
            CostEstimate.Builder estimate = CostEstimate.by(name());
            e.problems().forEach(estimate::inputProblem);
            return estimate.build();
        } catch (LimitBreachException e) {
            return CostEstimate.by(name()).predictedBreach(e.breach()).build();
        }
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        WorkEvent answer = fulfil(WorkOrder.Task.MERGE, request, progress);
        if (answer instanceof WorkEvent.Merged merged) {
            return merged.result();
        }
        throw unexpected(answer);
    }

    private static MergeFailedException unexpected(WorkEvent answer) {
        return new MergeFailedException("A worker process answered what it was not asked: " + answer);
    }

    private WorkEvent fulfil(WorkOrder.Task task, MergeRequest request, ProgressListener progress) {
        long begin = System.nanoTime();
        if (Thread.currentThread().isInterrupted()) {
            throw new MergeCancelledException("Merge was interrupted before it began");
        }
        WorkOrder order = new WorkOrder(task, Optional.of(name()), request, Optional.of(limits), progressEveryFiles);
        String line = order.toLine();
        WorkerProcess worker = worker();
        IsolatedOrder isolated = new IsolatedOrder(order, line, limits, ceilingBytes, worker, progress, begin);
        try {
            return described(isolated.run(), worker);
        } finally {
            if (isolated.isAnswered()) {
                giveBack(worker);
            }
        }
    }

    private WorkerProcess worker() {
        String path = classPath == null ? WorkerCommand.classPathOf(MergeWorker.class) : classPath;
        List<String> command = WorkerCommand.of(java, path, heapBytes, MergeWorker.class);
        // In a group of its own, a process can not tell what is free outside of it.
        boolean groupAllowed = limits.minFreeSystemMemory().isEmpty();
        WorkerPool.Starter starter = () -> WorkerProcess.start(command, MemoryCeiling.of(ceilingBytes, groupAllowed));
        try {
            return pool == null ? starter.start() : pool.take(command, starter);
        } catch (IOException e) {
            throw new StrategyUnavailableException("Cannot start a worker process: " + e.getMessage(), e);
        }
    }

    private void giveBack(WorkerProcess worker) {
        if (pool == null) {
            worker.dismiss();
        } else {
            pool.give(worker);
        }
    }

    /** Adds to an estimate how the child is held down. */
    private WorkEvent described(WorkEvent answer, WorkerProcess worker) {
        if (!(answer instanceof WorkEvent.Estimated estimated)) {
            return answer;
        }
        String detail = "process with a heap of " + MemorySize.bytes(heapBytes) + ", ceiling "
                + worker.ceiling().description();
        return new WorkEvent.Estimated(estimated.estimate().with(new CostEstimate.Check("isolation", true, detail)));
    }

    /** Collects what the strategy needs. Not thread-safe. */
    public static final class Builder {
        private final ResourceLimits limits;
        private Path java = WorkerCommand.java();
        private @Nullable String classPath;
        private @Nullable MemorySize heap;
        private MemorySize jvmAllowance = MemorySize.bytes(DEFAULT_JVM_ALLOWANCE_BYTES);
        private int progressEveryFiles = LocalArrowStrategy.DEFAULT_PROGRESS_EVERY_FILES;
        private @Nullable WorkerPool pool;

        private Builder(ResourceLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
        }

        /** Sets the {@code java} executable, of Java 17 or later; default the one that runs this process. */
        public Builder java(Path executable) {
            java = Objects.requireNonNull(executable, "executable");
            return this;
        }

        /**
         * Sets the jars and folders that have {@code merge-local} and what it depends on; default this process's class path,
         * or the jars of the class loader that has this class. Jars within a jar can not be on it.
         *
         * @throws IllegalArgumentException if {@code entries} is empty
         */
        public Builder classPath(Collection<Path> entries) {
            if (entries.isEmpty()) {
                throw new IllegalArgumentException("a class path must not be empty");
            }
            classPath = entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
            return this;
        }

        /** Sets the child's largest heap; default what {@link ResourceLimits#maxMemory} needs, some 5/4 of it. */
        public Builder heap(MemorySize size) {
            heap = Objects.requireNonNull(size, "size");
            return this;
        }

        /** Sets what the child's JVM may take beside its heap; default {@value #DEFAULT_JVM_ALLOWANCE_BYTES} bytes. */
        public Builder jvmAllowance(MemorySize size) {
            jvmAllowance = Objects.requireNonNull(size, "size");
            return this;
        }

        /** Has workers kept in {@code workers} for the next merge; default a new process for each. */
        public Builder pool(WorkerPool workers) {
            pool = Objects.requireNonNull(workers, "workers");
            return this;
        }

        /**
         * Sets how many files lie between two progress events; default {@value
         * LocalArrowStrategy#DEFAULT_PROGRESS_EVERY_FILES}.
         *
         * @throws IllegalArgumentException if {@code files} is not positive
         */
        public Builder reportingEvery(int files) {
            if (files < 1) {
                throw new IllegalArgumentException("files between reports must be positive but was " + files);
            }
            progressEveryFiles = files;
            return this;
        }

        /** Returns the strategy. */
        public IsolatedLocalStrategy build() {
            return new IsolatedLocalStrategy(this);
        }
    }
}
