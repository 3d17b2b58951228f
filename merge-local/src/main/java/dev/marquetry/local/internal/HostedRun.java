/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.limits.Crew;
import dev.marquetry.local.internal.limits.Guard;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.limits.ProgressMeter;
import dev.marquetry.local.internal.limits.SystemProbe;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.local.internal.source.ObjectReads;
import dev.marquetry.local.remote.HostForecast;
import dev.marquetry.local.remote.HostSession;
import dev.marquetry.local.remote.HostedOutput;
import dev.marquetry.local.remote.RemoteHost;
import dev.marquetry.local.remote.RemoteSession.Work;
import dev.marquetry.local.storage.ObjectStore;
import dev.marquetry.spi.GuardedListener;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One merge that another machine makes, from request to published output: survey, have it made, look at the inputs again,
 * publish. Used once, by one thread.
 */
public final class HostedRun {
    private static final int REPORT_EVERY_FILES = 50;
    private static final int READ_BYTES = 64 << 10;

    private final String strategy;
    private final MergeRequest request;
    private final ResourceLimits limits;
    private final RecentFooters footers;
    private final HostForecast forecast;
    private final ObjectStore store;
    private final long begin = System.nanoTime();
    private final SystemProbe probe = SystemProbe.ofThisSystem();
    private final MergeControl control = new MergeControl();
    private final Place place = new Place(Phase.PREFLIGHT);
    private final MemoryBudget budget;
    private final ProgressMeter progress;

    /** Prepares a merge; nothing is touched yet. */
    public HostedRun(
            String strategy,
            MergeRequest request,
            ResourceLimits limits,
            ProgressListener listener,
            RecentFooters footers,
            HostForecast forecast,
            ObjectStore store) {
        this.store = store;
        this.strategy = strategy;
        this.request = request;
        this.limits = limits;
        this.footers = footers;
        this.forecast = forecast;
        budget = new MemoryBudget(Survey.budgetBytes(limits));
        progress = new ProgressMeter(
                request.output().toString(), new GuardedListener(listener), budget, REPORT_EVERY_FILES, begin);
    }

    /** Returns what a merge will take here and elsewhere, and what stands against it; reads footers only. */
    public static CostEstimate estimate(
            String strategy,
            MergeRequest request,
            ResourceLimits limits,
            RecentFooters footers,
            HostForecast forecast,
            ObjectStore store) {
        MergeControl control = new MergeControl();
        Crew crew = new Crew(threads(limits), control, null);
        try (ObjectReads objects = new ObjectReads(store, new MemoryBudget(Survey.budgetBytes(limits)))) {
            return Survey.hosted(
                            strategy,
                            request,
                            limits,
                            SystemProbe.ofThisSystem(),
                            control,
                            crew,
                            footers,
                            true,
                            forecast,
                            objects)
                    .estimate();
        }
    }

    private static int threads(ResourceLimits limits) {
        return limits.threads().orElse(Runtime.getRuntime().availableProcessors());
    }

    /** Merges, as {@link dev.marquetry.MergeStrategy#merge} promises. */
    public MergeResult run(RemoteHost host) {
        if (Thread.currentThread().isInterrupted()) {
            throw new MergeCancelledException("Merge was interrupted before it began");
        }
        try (Guard guard = Guard.over(limits, budget, control, LocalMerge.watchedFolder(request), place)
                        .probe(probe)
                        .warnings(progress::warn)
                        .samples(progress::sampled)
                        .since(begin)
                        .start();
                ObjectReads objects = new ObjectReads(store, budget)) {
            control.check();
            progress.enter(Phase.PREFLIGHT);
            Crew crew = new Crew(threads(limits), control, guard);
            Survey survey =
                    Survey.hosted(strategy, request, limits, probe, control, crew, footers, false, forecast, objects);
            MergePlan plan = LocalMerge.accepted(strategy, survey);
            progress.total(plan.files().size(), plan.columns().size(), plan.chunkBytes());
            return merge(plan, guard, host);
        } catch (IOException e) {
            refuseInterrupt();
            control.check();
            throw new MergeFailedException("Cannot go on while " + place.phase().verb() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            control.check();
            throw new MergeCancelledException("Merge was interrupted while another machine made it");
        }
    }

    private MergeResult merge(MergePlan plan, Guard guard, RemoteHost host) throws IOException, InterruptedException {
        Path target = Survey.path(request.output());
        if (target == null) {
            Session session = new Session(plan, guard, null);
            try {
                MergeResult there = host.merge(session).there();
                requireShape(plan, there);
                progress.complete(Phase.PUBLISH);
                return result(plan, session, there);
            } finally {
                session.end();
            }
        }
        try (ScratchFolder scratch = LocalMerge.scratchBeside(target)) {
            Path file = scratch.path().resolve("output");
            Session session;
            HostedOutput made;
            try (FileChannel output = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                session = new Session(plan, guard, output);
                try {
                    made = host.merge(session);
                } catch (MergeException e) {
                    refuseChangedInputs(plan);
                    throw e;
                } finally {
                    session.end();
                }
                progress.enter(Phase.VERIFY);
                place.enter(Phase.VERIFY);
                verify(plan, made, output);
                output.force(true);
            }
            refuseChangedInputs(plan);
            guard.close();
            control.check();
            refuseInterrupt();
            scratch.publish(file, request.existingOutput() == ExistingOutput.REPLACE);
            progress.complete(Phase.PUBLISH);
            return result(plan, session, made.there());
        }
    }

    /** Holds that the file here is the one that was made, byte by byte, and has the shape that was planned here. */
    private void verify(MergePlan plan, HostedOutput made, FileChannel output) throws IOException {
        MergeResult there = made.there();
        requireShape(plan, there);
        if (output.size() != there.outputBytes()) {
            throw new MergeFailedException(
                    "Cannot publish the output: " + output.size() + " of its " + there.outputBytes() + " bytes came");
        }
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        for (long position = 0; position < output.size(); position += buffer.position()) {
            control.check();
            buffer.clear();
            if (output.read(buffer, position) < 0) {
                throw new MergeFailedException("Cannot publish the output: it became shorter while it was read");
            }
            crc.update(buffer.duplicate().flip());
        }
        if (made.crc32c().isPresent() && made.crc32c().getAsInt() != (int) crc.getValue()) {
            throw new MergeFailedException(String.format(
                    "Cannot publish the output: its CRC32C is %08x where it was made and %08x here",
                    made.crc32c().getAsInt(), (int) crc.getValue()));
        }
    }

    private static void requireShape(MergePlan plan, MergeResult there) {
        if (there.rows() != plan.rows() || there.columns() != plan.columns().size()) {
            throw new MergeFailedException("Cannot take the output: it has " + there.rows() + " rows x "
                    + there.columns() + " columns and not " + plan.rows() + " x "
                    + plan.columns().size());
        }
    }

    private MergeResult result(MergePlan plan, Session session, MergeResult there) {
        List<String> warnings = new ArrayList<>(there.warnings());
        warnings.addAll(progress.warnings());
        MergeResult.Builder result = MergeResult.of(strategy, request.output());
        session.costs().forEach(result::costItem);
        there.chunks().forEach(result::chunks);
        there.peakMemoryBytes().ifPresent(result::peakMemoryBytes);
        return result.shape(plan.rows(), plan.columns().size())
                .bytes(plan.inputBytes(), there.outputBytes())
                .elapsed(progress.elapsed())
                .featureMatches(there.featureMatches())
                .fileMoves(there.fileMoves())
                .warnings(warnings)
                .build();
    }

    private static void refuseChangedInputs(MergePlan plan) throws IOException {
        for (InputFile file : plan.files()) {
            file.refuseChange();
        }
    }

    private void refuseInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new MergeCancelledException(
                    "Merge was interrupted while " + place.phase().verb());
        }
    }

    private final class Session implements HostSession {
        private final MergePlan plan;
        private final Guard guard;
        private final @Nullable FileChannel output;
        private final List<CostItem> costs = new ArrayList<>();
        private final AtomicLong taken = new AtomicLong();

        Session(MergePlan plan, Guard guard, @Nullable FileChannel output) {
            this.plan = plan;
            this.guard = guard;
            this.output = output;
        }

        @Override
        public MergeRequest request() {
            return request;
        }

        @Override
        public List<URI> inputs() {
            return plan.files().stream().map(file -> file.origin().uri()).toList();
        }

        @Override
        public void check() throws InterruptedException {
            control.check();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }

        @Override
        public void refuseChangedInputs() throws IOException {
            HostedRun.refuseChangedInputs(plan);
        }

        @Override
        public void write(long position, ByteBuffer bytes) throws IOException {
            FileChannel file = Objects.requireNonNull(output, "an output that is not here takes no bytes here");
            long at = position;
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
        }

        @Override
        public void work(Phase phase, int threads, Work work) {
            new Crew(threads, control, guard).run(phase, at -> work.run());
        }

        @Override
        public void takeMemory(long bytes) {
            budget.take(bytes, place);
            taken.addAndGet(bytes);
        }

        @Override
        public void report(Phase phase, String detail) {
            place.enter(phase);
            progress.step(phase, detail);
        }

        @Override
        public void report(Progress there) {
            progress.follow(there);
        }

        @Override
        public synchronized void paid(CostItem item) {
            costs.add(item);
        }

        synchronized List<CostItem> costs() {
            return List.copyOf(costs);
        }

        @Override
        public void warn(String text) {
            progress.warn(text);
        }

        void end() {
            budget.give(taken.getAndSet(0));
        }
    }
}
