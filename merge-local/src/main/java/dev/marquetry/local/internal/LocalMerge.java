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
import dev.marquetry.local.internal.read.Upcoming;
import dev.marquetry.local.internal.scratch.Scratch;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.local.internal.source.ObjectReads;
import dev.marquetry.local.internal.source.ReadAhead;
import dev.marquetry.local.internal.stage.Description;
import dev.marquetry.local.internal.stage.Stager;
import dev.marquetry.local.internal.write.Destination;
import dev.marquetry.local.internal.write.FileDestination;
import dev.marquetry.local.internal.write.OutputWriter;
import dev.marquetry.local.internal.write.UploadDestination;
import dev.marquetry.local.remote.RemoteForecast;
import dev.marquetry.local.remote.RemoteJoin;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.storage.ObjectStore;
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

    /** How many objects are read ahead side by side: keys are small, and waited for rather than moved. */
    private static final int KEYS_AT_ONCE = 16;

    private static final int COLUMNS_AT_ONCE = 8;

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
    private @Nullable ObjectStore store;
    private @Nullable ObjectReads objects;
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

    /** Reads inputs that are no files from {@code objectStore}, and writes such an output to it, unless it is null. */
    public LocalMerge with(@Nullable ObjectStore objectStore) {
        store = objectStore;
        objects = objectStore == null ? null : new ObjectReads(objectStore, budget);
        return this;
    }

    /**
     * Returns what a merge will take and what stands against it; reads footers only.
     *
     * @param forecast what joining rows elsewhere takes, or null if they are not
     * @param store where inputs may be that are no files, or null if nowhere
     */
    public static CostEstimate estimate(
            String strategy,
            MergeRequest request,
            ResourceLimits limits,
            RecentFooters footers,
            @Nullable RemoteForecast forecast,
            @Nullable ObjectStore store) {
        MergeControl control = new MergeControl();
        int threads = limits.threads().orElse(Runtime.getRuntime().availableProcessors());
        MemoryBudget ledger = new MemoryBudget(Survey.budgetBytes(limits));
        try (ObjectReads objects = store == null ? null : new ObjectReads(store, ledger)) {
            return Survey.of(
                            strategy,
                            request,
                            limits,
                            SystemProbe.ofThisSystem(),
                            control,
                            new Crew(threads, control, null),
                            footers,
                            true,
                            forecast,
                            objects)
                    .estimate();
        }
    }

    /** Merges, as {@link dev.marquetry.MergeStrategy#merge} promises. */
    public MergeResult run() {
        if (Thread.currentThread().isInterrupted()) {
            throw new MergeCancelledException("Merge was interrupted before it began");
        }
        try (Guard guard = Guard.over(limits, budget, control, watchedFolder(request), place)
                        .probe(probe)
                        .warnings(progress::warn)
                        .samples(progress::sampled)
                        .since(begin)
                        .start();
                ObjectReads far = objects) {
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
                    forecast,
                    far);
            MergePlan plan = accepted(strategy, survey);
            progress.total(plan.files().size(), plan.columns().size(), plan.chunkBytes());
            try {
                return merge(plan, new Crew(survey.threads(), control, guard), guard);
            } catch (MergeFailedException e) {
                for (InputFile file : plan.files()) {
                    if (!file.origin().isFar()) { // an object that has changed was told of when it was read
                        file.refuseChange();
                    }
                }
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

    /** Returns the folder whose disk a merge into {@code request}'s output fills. */
    static Path watchedFolder(MergeRequest request) {
        Path folder = Survey.path(request.output());
        if (folder == null) {
            return Scratch.temporaryFolder();
        }
        while (folder != null && !Files.isDirectory(folder)) {
            folder = folder.getParent();
        }
        return folder == null ? Path.of("").toAbsolutePath() : folder;
    }

    /**
     * Returns the plan that {@code survey} made.
     *
     * @throws dev.marquetry.MergeException if there is none, or something stands against it
     */
    static MergePlan accepted(String strategy, Survey survey) {
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
        Path target = Survey.path(request.output());
        try (ScratchFolder folder = target == null ? null : scratchBeside(target);
                RowMapStore maps = new RowMapStore(budget, folder == null ? Scratch.temporary() : folder)) {
            enter(Phase.ALIGN);
            List<RowMap> rowMaps;
            try (ReadAhead keys = ahead(Upcoming.keys(plan), KEYS_AT_ONCE)) {
                rowMaps = align(plan, crew, new Crew(1, control, guard), maps);
            }
            Laid laid = new Laid(plan, rowMaps);
            RemoteJoin elsewhere = join;
            if (elsewhere != null && Elsewhere.isNeeded(plan)) {
                laid = joinElsewhere(elsewhere, laid, crew, guard, Objects.requireNonNull(folder), maps);
            }
            enter(Phase.MOVE);
            return write(laid, rowMaps, crew, guard, folder, maps);
        }
    }

    private MergeResult write(
            Laid laid, List<RowMap> matched, Crew crew, Guard guard, @Nullable ScratchFolder folder, RowMapStore maps)
            throws IOException {
        MergePlan plan = laid.plan.origin();
        Scratch scratch = folder == null ? Scratch.temporary() : folder;
        MergeResult.Builder result = MergeResult.of(strategy, request.output());
        try (Destination destination = destination(plan, folder, scratch)) {
            OutputWriter.Written written;
            try (ReadAhead columns = ahead(Upcoming.columns(laid.plan), COLUMNS_AT_ONCE);
                    OutputWriter writer = new OutputWriter(
                            laid.plan,
                            laid.rowMaps,
                            maps,
                            rule,
                            budget,
                            place,
                            control,
                            progress,
                            scratch,
                            destination.output())) {
                crew.run(Phase.MOVE, writer::work);
                written = writer.finish();
                writer.moves().forEach(result::chunks);
                result.fileMoves(writer.fileMoves());
            }
            enter(Phase.VERIFY);
            destination.verify(plan, written, budget, place, control);
            refuseChangedInputs(plan, crew);
            guard.close();
            control.check();
            refuseInterrupt();
            destination.publish();
            progress.complete(Phase.PUBLISH);
            costs.forEach(result::costItem);
            MergeResult made = result.shape(plan.rows(), plan.columns().size())
                    .bytes(plan.inputBytes(), written.bytes())
                    .elapsed(progress.elapsed())
                    .peakMemoryBytes(budget.peak())
                    .featureMatches(matched.stream().map(RowMap::match).toList())
                    .warnings(progress.warnings())
                    .build();
            if (FlightRecorder.isInitialized()) {
                FileEvent.record(request.output().toString(), made);
            }
            return made;
        }
    }

    private Destination destination(MergePlan plan, @Nullable ScratchFolder folder, Scratch scratch)
            throws IOException {
        return folder == null
                ? UploadDestination.begin(Objects.requireNonNull(store), plan, budget, place, control, scratch)
                : new FileDestination(folder, request.existingOutput() == ExistingOutput.REPLACE);
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

    static ScratchFolder scratchBeside(Path target) throws IOException {
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

    private void refuseChangedInputs(MergePlan plan, Crew crew) throws IOException {
        List<InputFile> far = new ArrayList<>();
        for (InputFile file : plan.files()) {
            if (file.origin().isFar()) {
                far.add(file);
            } else {
                file.refuseChange();
            }
        }
        if (far.isEmpty()) {
            return;
        }
        AtomicInteger next = new AtomicInteger();
        crew.of(Math.min(far.size(), ObjectReads.FOOTERS_AT_ONCE)).run(Phase.VERIFY, at -> {
            for (int f = next.getAndIncrement(); f < far.size(); f = next.getAndIncrement()) {
                control.check();
                far.get(f).refuseChange();
            }
        });
    }

    private @Nullable ReadAhead ahead(List<ReadAhead.Job> jobs, int threads) {
        ObjectReads far = objects;
        return far == null || jobs.isEmpty() ? null : far.begin(jobs, threads);
    }
}
