/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import dev.marquetry.BatchResult.Item;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a {@link BatchMerge}. Used once, by one thread, which waits for those it starts. */
final class BatchRun {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);

    private final BatchMerge batch;
    private final long begin = System.nanoTime();
    private final Map<String, Item> items = new HashMap<>();
    private final List<Thread> workers = new ArrayList<>();
    private final ReentrantLock listening = new ReentrantLock();
    private BigDecimal spent = BigDecimal.ZERO; // or reserved by merges that run
    private @Nullable Journal journal;
    private volatile @Nullable String halted;
    private volatile @Nullable Throwable fatal;

    BatchRun(BatchMerge batch) {
        this.batch = batch;
    }

    BatchResult run() {
        if (batch.journal().isEmpty()) {
            return mergeAll();
        }
        boolean interrupted = Thread.interrupted(); // which would keep the journal from being opened
        try (Journal opened = Journal.open(batch.journal().get())) {
            opened.append(
                    "batch",
                    Map.of("version", version(), "requests", batch.requests().size()));
            journal = opened;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return mergeAll();
        }
    }

    private static String version() {
        return Objects.requireNonNullElse(BatchRun.class.getPackage().getImplementationVersion(), "unpackaged");
    }

    private BatchResult mergeAll() {
        List<String> names = new ArrayList<>(batch.requests().keySet());
        boolean interrupted = Thread.interrupted();
        if (interrupted) {
            halt("the batch was interrupted");
        }
        String canary = batch.canary().orElse(null);
        if (canary != null) {
            names.remove(canary);
            interrupted |= work(List.of(canary), 1);
            if (!passed(canary)) {
                halt("canary " + canary + " did not pass");
            }
        }
        interrupted |= work(names, batch.parallel());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        throwFatal();
        return new BatchResult(everyItem(), Duration.ofNanos(System.nanoTime() - begin), interrupted);
    }

    /** Merges all of {@code names} on threads of their own, and returns whether the caller was interrupted meanwhile. */
    private boolean work(List<String> names, int parallel) {
        Queue<String> queue = new ConcurrentLinkedQueue<>(names);
        synchronized (workers) {
            workers.clear();
            for (int i = 1; i <= Math.min(parallel, names.size()) && halted == null; i++) {
                workers.add(new Thread(() -> takeFrom(queue), "marquetry-batch-" + i));
            }
            workers.forEach(this::start);
        }
        boolean interrupted = false;
        for (Thread worker : List.copyOf(workers)) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    halt("the batch was interrupted");
                }
            }
        }
        return interrupted;
    }

    /** Where the system has no more threads, those that run are waited for before that is thrown. */
    private void start(Thread worker) {
        try {
            worker.start();
        } catch (OutOfMemoryError e) {
            fatal = e;
            halt("the batch came to grief: " + e);
        }
    }

    private void takeFrom(Queue<String> queue) {
        try {
            for (String name = queue.poll(); name != null && halted == null; name = queue.poll()) {
                add(one(name, Objects.requireNonNull(batch.requests().get(name))));
            }
        } catch (RuntimeException | Error e) { // a merge's failures are in its item: this is an error, or a fault here
            fatal = e;
            halt("the batch came to grief: " + e);
        }
    }

    /** Lets no merge begin any more and cancels those that run. */
    private void halt(String reason) {
        if (halted == null) {
            halted = reason;
        }
        synchronized (workers) {
            workers.forEach(Thread::interrupt);
        }
    }

    private Item one(String name, MergeRequest request) {
        long begun = System.nanoTime();
        JournalledRequest journalled = journal == null ? null : JournalledRequest.of(journal, name, request);
        Optional<MergeResult> earlier = journalled == null ? Optional.empty() : journalled.doneAlready();
        if (earlier.isPresent()) {
            Item skipped = Item.skipped(name, earlier.get(), "done already");
            Item passed = journalled != null && journalled.validatedAlready()
                    ? skipped
                    : checked(skipped, request, journalled);
            return backedUp(passed, request, journalled);
        }
        BigDecimal reserved = BigDecimal.ZERO;
        if (batch.maxCost().isPresent()) {
            try {
                reserved = batch.strategy().estimate(request).cost();
            } catch (RuntimeException e) {
                return failedAtOnce(failed(name, request, e, begun), journalled);
            }
            String reason = reserve(reserved, batch.maxCost().get());
            if (reason != null) {
                return Item.notBegun(name, request.output(), reason);
            }
        }
        MergeRequest ready = journalled == null ? request : journalled.begin();
        tell(listener -> listener.onBegun(name, request));
        Item item = merge(name, ready, begun);
        spend(item.cost().subtract(reserved));
        if (journalled != null) {
            journalled.ended(item);
        }
        return backedUp(checked(item, request, journalled), request, journalled);
    }

    /** Returns {@code item}, or if its output is to be copied, with the copy or why there is none. */
    private Item backedUp(Item item, MergeRequest request, @Nullable JournalledRequest journalled) {
        OutputBackup backup = batch.backup().orElse(null);
        MergeResult result = item.result().orElse(null);
        if (backup == null || result == null) {
            return item;
        }
        long begun = System.nanoTime();
        Backup copy;
        try {
            Optional<Backup> earlier = journalled == null || item.outcome() == BatchResult.Outcome.DONE
                    ? Optional.empty()
                    : journalled.backedUpAlready(backup.objectOf(request));
            if (earlier.isPresent()) {
                return item.backedUp(earlier.get().there(), Duration.ZERO);
            }
            copy = backup.copy(request, result);
        } catch (RuntimeException e) { // of whatever kind: the output is there, and the next run copies it
            return item.notBackedUp(logged("Copy of", item.name(), e), Duration.ofNanos(System.nanoTime() - begun));
        }
        if (journalled != null) {
            journalled.backedUp(copy);
        }
        return item.backedUp(copy, Duration.ofNanos(System.nanoTime() - begun));
    }

    /** Returns {@code item}, or if it is the canary's and its output does not pass the check, one that failed. */
    private Item checked(Item item, MergeRequest request, @Nullable JournalledRequest journalled) {
        OutputCheck check = batch.canaryCheck().orElse(null);
        MergeResult result = item.result().orElse(null);
        if (check == null || result == null || !batch.canary().equals(Optional.of(item.name()))) {
            return item;
        }
        long begun = System.nanoTime();
        try {
            check.check(request, result);
        } catch (RuntimeException e) { // of whatever kind: that canary did not pass
            Item failed = failed(item.name(), request, e, begun).after(item);
            if (journalled != null
                    && e instanceof MergeFailedException) { // else nobody knows, and the next run checks again
                journalled.ended(failed);
            }
            return failed;
        }
        if (journalled != null) {
            journalled.validated();
        }
        return item;
    }

    private Item merge(String name, MergeRequest request, long begun) {
        try {
            MergeResult result = batch.strategy().merge(request, new Named(name));
            return Item.done(name, result, Duration.ofNanos(System.nanoTime() - begun));
        } catch (RuntimeException e) { // of whatever kind: the other merges are not to suffer for it
            return failed(name, request, e, begun);
        }
    }

    private Item failed(String name, MergeRequest request, RuntimeException e, long begun) {
        return Item.failed(
                name, request.output(), logged("Merge of", name, e), Duration.ofNanos(System.nanoTime() - begun));
    }

    private RuntimeException logged(String what, String name, RuntimeException e) {
        LOG.info("{} {} failed", what, name, e); // the caller is told by its item
        if (halted == null) {
            Thread.interrupted(); // that merge's own affair
        }
        return e;
    }

    /** A failure is in the journal, also of what could not even be estimated: whoever looks there finds all of them. */
    private static Item failedAtOnce(Item item, @Nullable JournalledRequest journalled) {
        if (journalled != null) {
            journalled.begin();
            journalled.ended(item);
        }
        return item;
    }

    private synchronized @Nullable String reserve(BigDecimal dollars, BigDecimal most) {
        BigDecimal left = most.subtract(spent);
        if (dollars.compareTo(left) > 0) {
            return "it would cost about $" + dollars.toPlainString() + ", and of $" + most.toPlainString()
                    + " there are $" + left.max(BigDecimal.ZERO).toPlainString() + " left";
        }
        spent = spent.add(dollars);
        return null;
    }

    private synchronized void spend(BigDecimal dollars) {
        spent = spent.add(dollars);
    }

    private void add(Item item) {
        synchronized (items) {
            items.put(item.name(), item);
        }
        tell(listener -> listener.onEnded(item));
    }

    private boolean passed(String name) {
        synchronized (items) {
            Item item = items.get(name);
            return item != null && item.isDone();
        }
    }

    private List<Item> everyItem() {
        List<Item> all = new ArrayList<>();
        batch.requests().forEach((name, request) -> {
            Item item = items.get(name);
            if (item == null) {
                item = Item.notBegun(name, request.output(), String.valueOf(halted));
                add(item);
            }
            all.add(item);
        });
        return all;
    }

    private void tell(Consumer<BatchListener> event) {
        listening.lock();
        try {
            event.accept(batch.listener());
        } catch (RuntimeException e) {
            LOG.warn("Batch listener failed; the batch goes on", e);
        } finally {
            listening.unlock();
        }
    }

    /** Tells the batch's listener how the merge called {@code name} goes. */
    private final class Named implements ProgressListener {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void onProgress(Progress progress) {
            tell(listener -> listener.onProgress(name, progress));
        }

        @Override
        public void onSample(ResourceSample sample) {
            if (listening.tryLock()) { // who takes samples also watches the merge, and does not wait
                try {
                    tell(listener -> listener.onSample(name, sample));
                } finally {
                    listening.unlock();
                }
            }
        }
    }

    private void throwFatal() {
        Throwable thrown = fatal;
        if (thrown instanceof Error error) {
            throw error;
        } else if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
