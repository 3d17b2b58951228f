/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeResult;
import dev.marquetry.Phase;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.internal.align.Aligner;
import dev.marquetry.local.internal.align.RowMap;
import dev.marquetry.local.internal.align.RowMapStore;
import dev.marquetry.local.internal.jfr.AlignEvent;
import dev.marquetry.local.internal.jfr.FileEvent;
import dev.marquetry.local.internal.limits.Crew;
import dev.marquetry.local.internal.limits.Guard;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.limits.ProgressMeter;
import dev.marquetry.local.internal.limits.SystemProbe;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.local.internal.scratch.ScratchFile;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.local.internal.stage.Description;
import dev.marquetry.local.internal.stage.Stager;
import dev.marquetry.local.internal.write.OutputWriter;
import dev.marquetry.local.internal.write.Verifier;
import dev.marquetry.local.remote.RemoteForecast;
import dev.marquetry.local.remote.RemoteJoin;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.spi.GuardedListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** One merge from request to published output: survey, align, move, verify, publish. Used once, by one thread. */
public final class LocalMerge {
    private static final int MOST_PROBLEMS = 100;

    private final String strategy;
    private final MergeRequest request;
    private final ResourceLimits limits;
    private final MoveRule rule;
    private final RecentFooters footers;
    private final long begin = System.nanoTime();
    private final SystemProbe probe = SystemProbe.ofThisSystem();
    private final MergeControl control = new MergeControl();
    private final MemoryBudget budget;
    private final ProgressMeter progress;
    private final Place place = new Place(Phase.PREFLIGHT);
    private @Nullable RemoteJoin join;
    private @Nullable RemoteForecast forecast;
    private Predicate<URI> partial = file -> false;
    private @Nullable RowMap firstRows;
    private List<CostItem> costs = List.of();

    /** Prepares a merge; nothing is touched yet. */
    public LocalMerge(
            String strategy,
            MergeRequest request,
            ResourceLimits limits,
            MoveRule rule,
            int progressEveryFiles,
            ProgressListener listener,
            RecentFooters footers) {
        this.strategy = strategy;
        this.request = request;
        this.limits = limits;
        this.rule = rule;
        this.footers = footers;
        budget = new MemoryBudget(Survey.budgetBytes(limits));
        progress = new ProgressMeter(
                request.output().toString(), new GuardedListener(listener), budget, progressEveryFiles, begin);
    }

    /** Has rows joined elsewhere by {@code remoteJoin}, as {@code remoteForecast} foresees. */
    public LocalMerge joinedBy(RemoteJoin remoteJoin, RemoteForecast remoteForecast, Predicate<URI> isPartial) {
        partial = isPartial;
        join = remoteJoin;
        forecast = remoteForecast;
        return this;
    }

    /**
     * Returns what a merge will take and what stands against it; reads footers only.
     *
     * @param forecast what joining rows elsewhere takes, or null if they are not
     */
    public static CostEstimate estimate(
            String strategy,
            MergeRequest request,
            ResourceLimits limits,
            RecentFooters footers,
            @Nullable RemoteForecast forecast) {
        MergeControl control = new MergeControl();
        int threads = limits.threads().orElse(Runtime.getRuntime().availableProcessors());
        return Survey.of(
                        strategy,
                        request,
                        limits,
                        SystemProbe.ofThisSystem(),
                        control,
                        new Crew(threads, control, null),
                        footers,
                        true,
                        forecast)
                .estimate();
    }

    /** Merges, as {@link dev.marquetry.MergeStrategy#merge} promises. */
    public MergeResult run() {
        if (Thread.currentThread().isInterrupted()) {
            throw new MergeCancelledException("Merge was interrupted before it began");
        }
        try (Guard guard = Guard.over(limits, budget, control, watchedFolder(), place)
                .probe(probe)
                .warnings(progress::warn)
                .samples(progress::sampled)
                .since(begin)
                .start()) {
            control.check();
            progress.enter(Phase.PREFLIGHT);
            int most = limits.threads().orElse(Runtime.getRuntime().availableProcessors());
            Survey survey = Survey.of(
                    strategy,
                    request,
                    limits,
                    probe,
                    control,
                    new Crew(most, control, guard),
                    footers,
                    false,
                    forecast);
            MergePlan plan = accepted(survey);
            progress.total(plan.files().size(), plan.columns().size(), plan.chunkBytes());
            try {
                return merge(plan, new Crew(survey.threads(), control, guard), guard);
            } catch (MergeFailedException e) {
                refuseChangedInputs(plan);
                throw e;
            }
        } catch (IOException e) {
            refuseInterrupt();
            control.check();
            throw new MergeFailedException("Cannot go on while " + place.phase().verb() + ": " + e.getMessage(), e);
        }
    }

    /** Returns the bytes still charged to the budget: none once the merge has ended, however it did. */
    long memoryInUse() {
        return budget.used();
    }

    private Path watchedFolder() {
        Path folder = Survey.path(request.output());
        while (folder != null && !Files.isDirectory(folder)) {
            folder = folder.getParent();
        }
        return folder == null ? Path.of("").toAbsolutePath() : folder;
    }

    private MergePlan accepted(Survey survey) {
        CostEstimate estimate = survey.estimate();
        if (!estimate.inputProblems().isEmpty()) {
            throw new InvalidInputException(estimate.inputProblems());
        }
        MergePlan plan = survey.plan();
        if (plan == null || !estimate.refusals().isEmpty()) {
            throw new StrategyUnavailableException(
                    strategy + " can not serve the request: " + String.join("; ", estimate.refusals()));
        }
        if (!estimate.predictedBreaches().isEmpty()) {
            throw new LimitBreachException(estimate.predictedBreaches().get(0));
        }
        return plan;
    }

    private MergeResult merge(MergePlan plan, Crew crew, Guard guard) throws IOException {
        Path target = Path.of(request.output());
        try (ScratchFolder scratch = scratchBeside(target);
                RowMapStore store = new RowMapStore(budget, scratch)) {
            enter(Phase.ALIGN);
            List<RowMap> rowMaps = align(plan, crew, new Crew(1, control, guard), store);
            Laid laid = new Laid(plan, rowMaps);
            RemoteJoin elsewhere = join;
            if (elsewhere != null && Elsewhere.isNeeded(plan)) {
                laid = joinElsewhere(elsewhere, laid, crew, guard, scratch, store);
            }
            enter(Phase.MOVE);
            Path file;
            OutputWriter.Written written;
            MergeResult.Builder result = MergeResult.of(strategy, request.output());
            try (ScratchFile output = scratch.create("output");
                    OutputWriter writer = new OutputWriter(
                            laid.plan, laid.rowMaps, store, rule, budget, place, control, progress, scratch, output)) {
                crew.run(Phase.MOVE, writer::work);
                file = output.path();
                written = writer.finish();
                writer.moves().forEach(result::chunks);
                result.fileMoves(writer.fileMoves());
            }
            enter(Phase.VERIFY);
            Verifier.verify(plan, file, written, budget, place, control);
            refuseChangedInputs(plan);
            guard.close();
            control.check();
            refuseInterrupt();
            scratch.publish(file, request.existingOutput() == ExistingOutput.REPLACE);
            progress.complete(Phase.PUBLISH);
            costs.forEach(result::costItem);
            MergeResult made = result.shape(plan.rows(), plan.columns().size())
                    .bytes(plan.inputBytes(), written.bytes())
                    .elapsed(progress.elapsed())
                    .peakMemoryBytes(budget.peak())
                    .featureMatches(rowMaps.stream().map(RowMap::match).toList())
                    .warnings(progress.warnings())
                    .build();
            if (FlightRecorder.isInitialized()) {
                FileEvent.record(request.output().toString(), made);
            }
            return made;
        }
    }

    /** What is moved: a plan, and how its files' rows lie against the spine's. */
    private record Laid(MergePlan plan, List<RowMap> rowMaps) {}

    private Laid joinElsewhere(
            RemoteJoin elsewhere, Laid own, Crew crew, Guard guard, ScratchFolder scratch, RowMapStore store)
            throws IOException {
        Stager stager = new Stager(own.plan, own.rowMaps, firstRows, partial, store, scratch, budget, place, control);
        RemotePlan described = Description.of(own.plan, firstRows != null);
        try (Elsewhere session =
                new Elsewhere(own.plan, described, stager, scratch, control, guard, progress, budget, place)) {
            MergePlan laid = session.join(elsewhere);
            costs = session.costs();
            try {
                MergePlan matching = session.matching(laid);
                List<RowMap> rowMaps = align(matching, crew, new Crew(1, control, guard), store);
                Elsewhere.requireAllRows(rowMaps);
                return new Laid(laid, rowMaps);
            } catch (InvalidInputException e) {
                throw new MergeFailedException(
                        "Cannot lay column groups beside the spine: what joined them did not return what it was asked for: "
                                + e.getMessage(),
                        e);
            }
        }
    }

    private static ScratchFolder scratchBeside(Path target) throws IOException {
        try {
            return ScratchFolder.beside(target);
        } catch (AccessDeniedException e) {
            throw new InvalidInputException(
                    "[" + target + "] Cannot write the output: its folder takes no files (" + e.getMessage()
                            + "), choose another",
                    e);
        }
    }

    private void enter(Phase phase) {
        control.check();
        place.enter(phase);
        progress.enter(phase);
        refuseInterrupt();
    }

    private void refuseInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new MergeCancelledException(
                    "Merge was interrupted while " + place.phase().verb());
        }
    }

    private List<RowMap> align(MergePlan plan, Crew crew, Crew one, RowMapStore store) throws IOException {
        @Nullable RowMap[] maps = new RowMap[plan.files().size() - 1];
        List<String> problems = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        @Nullable Aligner[] shared = new Aligner[1];
        try {
            one.run(Phase.ALIGN, at -> shared[0] = new Aligner(plan, budget, at, control, store));
            Aligner aligner = Objects.requireNonNull(shared[0]);
            crew.run(Phase.ALIGN, at -> {
                try (Aligner.Worker worker = aligner.worker(at)) {
                    for (int f = next.getAndIncrement(); f < maps.length; f = next.getAndIncrement()) {
                        control.check();
                        try {
                            maps[f] = aligned(worker, f + 1);
                        } catch (InvalidInputException e) {
                            note(problems, e);
                        }
                    }
                }
            });
            if (join != null && plan.request().spineDuplicates() == SpineDuplicates.ALLOW) {
                one.run(Phase.ALIGN, at -> firstRows = aligner.firstRows(at));
            }
        } finally {
            if (shared[0] != null) {
                shared[0].close();
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems.stream().sorted().toList());
        }
        List<RowMap> all = new ArrayList<>();
        for (RowMap map : maps) {
            all.add(Objects.requireNonNull(map));
        }
        return all;
    }

    private RowMap aligned(Aligner.Worker worker, int f) throws IOException {
        AlignEvent event = FlightRecorder.isInitialized()
                ? AlignEvent.begin(request.output().toString())
                : null;
        RowMap map = worker.align(f);
        if (event != null) {
            event.record(map.match());
        }
        return map;
    }

    private static void note(List<String> problems, InvalidInputException e) {
        synchronized (problems) {
            if (problems.size() + e.problems().size() > MOST_PROBLEMS) {
                throw new InvalidInputException(problems);
            }
            problems.addAll(e.problems());
        }
    }

    private static void refuseChangedInputs(MergePlan plan) throws IOException {
        for (InputFile file : plan.files()) {
            file.refuseChange();
        }
    }
}
