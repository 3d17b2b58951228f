/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.Phase;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.ValidationReport;
import dev.marquetry.ValidationReport.Depth;
import dev.marquetry.ValidationReport.Kind;
import dev.marquetry.local.internal.align.Aligner;
import dev.marquetry.local.internal.align.KeyCounts;
import dev.marquetry.local.internal.align.RowMap;
import dev.marquetry.local.internal.align.RowMapStore;
import dev.marquetry.local.internal.limits.Crew;
import dev.marquetry.local.internal.limits.Guard;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.limits.ProgressMeter;
import dev.marquetry.local.internal.limits.SystemProbe;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.KeyType;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.local.internal.read.SourceFile;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.local.internal.validate.ChunkTable;
import dev.marquetry.local.internal.validate.Findings;
import dev.marquetry.local.internal.validate.SchemaCheck;
import dev.marquetry.local.internal.validate.ValueWork;
import dev.marquetry.spi.GuardedListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.parquet.format.KeyValue;
import org.jspecify.annotations.Nullable;

/** One comparison of a finished output with its inputs: survey, schema, keys, values. Used once, by one thread. */
public final class Validation {
    private static final String FINGERPRINT = "marquetry.fingerprint";

    private final MergeRequest request;
    private final ResourceLimits limits;
    private final Depth depth;
    private final long begin = System.nanoTime();
    private final MergeControl control = new MergeControl();
    private final MemoryBudget budget;
    private final ProgressMeter progress;
    private final Place place = new Place(Phase.PREFLIGHT);
    private final Findings findings = new Findings();
    private final ValidationReport.Builder report;

    /** Prepares a comparison; nothing is touched yet. */
    public Validation(
            MergeRequest request,
            ResourceLimits limits,
            Depth depth,
            int progressEveryFiles,
            ProgressListener listener) {
        this.request = request;
        this.limits = limits;
        this.depth = depth;
        report = ValidationReport.on(request.output(), depth);
        budget = new MemoryBudget(Survey.budgetBytes(limits));
        progress = new ProgressMeter(
                request.output().toString(), new GuardedListener(listener), budget, progressEveryFiles, begin);
    }

    /** Compares, as the validator promises. */
    public ValidationReport run() {
        refuseInterrupt();
        Path output = output();
        Path folder = Objects.requireNonNull(output.toAbsolutePath().getParent());
        SystemProbe probe = SystemProbe.ofThisSystem();
        try (Guard guard = Guard.over(limits, budget, control, folder, place)
                .probe(probe)
                .warnings(progress::warn)
                .samples(progress::sampled)
                .since(begin)
                .start()) {
            enter(Phase.PREFLIGHT);
            int threads = limits.threads().orElse(Runtime.getRuntime().availableProcessors());
            MergePlan plan = plan(probe, new Crew(threads, control, guard));
            try (ScratchFolder scratch = scratch(output);
                    ChunkTable chunks = new ChunkTable(budget, place, scratch)) {
                InputFile found = read(output, chunks);
                if (found != null) {
                    compare(plan, found, chunks, scratch, threads, guard);
                }
            }
            for (InputFile file : plan.files()) {
                file.refuseChange();
            }
            control.check();
            refuseInterrupt();
        } catch (IOException e) {
            refuseInterrupt();
            control.check();
            throw new MergeFailedException("Cannot go on while " + place.phase().verb() + ": " + e.getMessage(), e);
        }
        findings.addTo(report);
        return report.took(progress.elapsed(), budget.peak()).build();
    }

    /** Returns the bytes still charged to the budget: none once the comparison has ended, however it did. */
    long memoryInUse() {
        return budget.used();
    }

    private Path output() {
        Path output = Survey.path(request.output());
        if (output == null) {
            throw new StrategyUnavailableException("Cannot validate what is not in a file system: " + request.output());
        }
        if (!Files.isRegularFile(output)) {
            throw new InvalidInputException("[" + output + "] Cannot find the output to validate: check its name");
        }
        return output;
    }

    private MergePlan plan(SystemProbe probe, Crew crew) {
        Survey survey = Survey.ofInputs(request, limits, probe, control, crew, new RecentFooters());
        List<String> problems = survey.estimate().inputProblems();
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
        MergePlan plan = survey.plan();
        if (plan == null) {
            throw new StrategyUnavailableException("Cannot validate against these inputs: "
                    + String.join("; ", survey.estimate().refusals()));
        }
        return plan;
    }

    /** Scratch lies beside the output, or where it may not, in the system's folder for such files. */
    private static ScratchFolder scratch(Path output) throws IOException {
        try {
            return ScratchFolder.beside(output);
        } catch (FileSystemException e) { // such as: not writable
            return ScratchFolder.beside(Path.of(System.getProperty("java.io.tmpdir"))
                    .resolve(output.getFileName().toString()));
        }
    }

    private @Nullable InputFile read(Path output, ChunkTable chunks) throws IOException {
        place.at(output.getFileName().toString(), "");
        try {
            return chunks.read(output);
        } catch (InvalidInputException e) {
            findings.ofFile(
                    Kind.UNREADABLE,
                    output.getFileName().toString(),
                    "a readable Parquet file",
                    "not: " + e.getMessage());
            return null;
        }
    }

    private void compare(
            MergePlan plan, InputFile output, ChunkTable chunks, ScratchFolder scratch, int threads, Guard guard)
            throws IOException {
        progress.total(
                plan.files().size(), plan.columns().size(), output.sizes().totalCompressed());
        report.shape(output.rows(), output.columns().size());
        List<@Nullable InputColumn> pairs = SchemaCheck.check(plan, output, findings);
        noteFingerprint(plan, output);
        try (RowMapStore store = new RowMapStore(budget, scratch)) {
            enter(Phase.ALIGN);
            @Nullable Aligner[] made = new Aligner[1];
            try {
                Crew one = new Crew(1, control, guard);
                one.run(Phase.ALIGN, at -> made[0] = new Aligner(plan, budget, at, control, store));
                Aligner aligner = Objects.requireNonNull(made[0]);
                one.run(Phase.ALIGN, at -> compareKeys(plan, output, pairs, aligner, at));
                if (output.rows() == plan.rows()) {
                    List<RowMap> rowMaps = align(plan, aligner, new Crew(aligning(plan, threads), control, guard));
                    enter(Phase.VERIFY);
                    ValueWork work = new ValueWork(
                            plan,
                            rowMaps,
                            store,
                            output,
                            chunks,
                            pairs,
                            depth,
                            findings,
                            aligner::key,
                            budget,
                            control,
                            progress);
                    new Crew(work.threads(threads), control, guard).run(Phase.VERIFY, work::work);
                    work.addTo(report);
                } else {
                    findings.note("No values were compared, for the rows are not the spine's");
                }
            } finally {
                if (made[0] != null) {
                    made[0].close();
                }
            }
        }
        if (!output.stamp().holds(output.origin().version())) {
            throw new MergeFailedException("[" + output.name() + "] Cannot validate an output that changes meanwhile");
        }
        progress.complete(Phase.VERIFY);
    }

    private void noteFingerprint(MergePlan plan, InputFile output) {
        List<URI> features = plan.files().stream().skip(1).map(InputFile::uri).toList();
        Optional<String> own = output.keyValues().stream()
                .filter(entry -> entry.getKey().equals(FINGERPRINT))
                .map(KeyValue::getValue)
                .filter(Objects::nonNull)
                .findFirst();
        if (own.isEmpty()) {
            findings.note("The output does not say what request it was made for");
        } else if (!own.get().equals(request.fingerprint(features))) {
            findings.note("The output was made for another request: other keys, rules or file names");
        }
    }

    private void compareKeys(
            MergePlan plan, InputFile output, List<@Nullable InputColumn> pairs, Aligner aligner, Place at)
            throws IOException {
        String name = output.name();
        String expectedRows = String.format(Locale.ROOT, "%,d rows", plan.rows());
        String foundRows = String.format(Locale.ROOT, "%,d rows", output.rows());
        boolean rowsDiffer = output.rows() != plan.rows();
        if (!hasKeys(plan, pairs)) {
            if (rowsDiffer) {
                findings.ofFile(Kind.ROWS, name, expectedRows, foundRows);
            }
            return;
        }
        KeyCounts counts;
        try (Aligner.Worker worker = aligner.worker(at);
                SourceFile source = new SourceFile(output)) {
            counts = worker.count(source);
        } catch (InvalidInputException e) {
            findings.ofFile(Kind.UNREADABLE, name, "readable keys", "not: " + e.getMessage());
            return;
        }
        if (rowsDiffer) {
            findings.ofFile(Kind.ROWS, name, expectedRows, foundRows + describe(counts));
        } else if (!counts.areSame()) {
            findings.ofFile(Kind.KEY, name, "the spine's keys, row by row", "not" + describe(counts));
        }
        for (KeyCounts.Occurrence key : counts.first()) {
            findings.ofKey(name, key.key(), key.expected() + " times there", key.found() + " times there");
        }
        int told = counts.first().size();
        findings.untold(Math.max(0, (long) counts.more() + counts.less() + counts.strangers() - told));
    }

    private static boolean hasKeys(MergePlan plan, List<@Nullable InputColumn> pairs) {
        for (int k = 0; k < plan.request().keys().size(); k++) {
            InputColumn key = plan.spine().column(plan.request().keys().get(k)).orElseThrow();
            InputColumn pair = pairs.get(key.index());
            if (pair == null
                    || !KeyType.of(pair.schema())
                            .equals(Optional.of(plan.keyTypes(0).get(k)))) {
                return false;
            }
        }
        return true;
    }

    private static String describe(KeyCounts counts) {
        StringBuilder text = new StringBuilder();
        if (counts.more() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    ", %,d keys occur more often than in the spine, which multiplies rows",
                    counts.more()));
        }
        if (counts.less() > 0) {
            text.append(String.format(Locale.ROOT, ", %,d keys occur less often than in the spine", counts.less()));
        }
        if (counts.strangers() > 0) {
            text.append(String.format(Locale.ROOT, ", %,d rows have a key that the spine lacks", counts.strangers()));
        }
        if (counts.firstShifted() >= 0) {
            text.append(String.format(Locale.ROOT, ", keys differ from row %,d on", counts.firstShifted()));
        }
        return text.toString();
    }

    /** Returns how many of {@code threads} can match files side by side in half of the budget. */
    private int aligning(MergePlan plan, int threads) {
        long rows = 0;
        long largest = 0;
        for (InputFile file : plan.files()) {
            rows = Math.max(rows, file.rows());
            largest = Math.max(largest, file.sizes().maxUncompressed());
        }
        long window = Math.max(256 << 10, Math.min(4 << 20, budget.limit() / 16));
        long each = window + 2 * largest + rows * (16L * plan.request().keys().size() + 24);
        return (int) Math.max(1, Math.min(threads, budget.limit() / 2 / each));
    }

    private List<RowMap> align(MergePlan plan, Aligner aligner, Crew crew) {
        @Nullable RowMap[] maps = new RowMap[plan.files().size() - 1];
        AtomicInteger next = new AtomicInteger();
        crew.run(Phase.ALIGN, at -> {
            try (Aligner.Worker worker = aligner.worker(at)) {
                for (int f = next.getAndIncrement(); f < maps.length; f = next.getAndIncrement()) {
                    control.check();
                    RowMap map = worker.align(f + 1);
                    worker.refuseUnlessTrue(f + 1, map);
                    maps[f] = map;
                }
            }
        });
        List<RowMap> all = new ArrayList<>();
        for (RowMap map : maps) {
            all.add(Objects.requireNonNull(map));
        }
        return all;
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
                    "Validation was interrupted while " + place.phase().verb());
        }
    }
}
