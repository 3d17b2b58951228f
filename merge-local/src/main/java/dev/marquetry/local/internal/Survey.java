/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.Phase;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.internal.limits.Crew;
import dev.marquetry.local.internal.limits.HeapRoom;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Preflight;
import dev.marquetry.local.internal.limits.Preflight.Need;
import dev.marquetry.local.internal.limits.Speed;
import dev.marquetry.local.internal.limits.SystemProbe;
import dev.marquetry.local.internal.plan.Forecast;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.Planner;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.local.internal.read.WorkerCodecs;
import dev.marquetry.local.internal.scratch.Scratch;
import dev.marquetry.local.internal.source.ObjectReads;
import dev.marquetry.local.internal.stage.Description;
import dev.marquetry.local.internal.write.UploadDestination;
import dev.marquetry.local.remote.HostForecast;
import dev.marquetry.local.remote.HostNeed;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemoteForecast;
import dev.marquetry.local.remote.RemotePlan;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a request before anything is done: every file's footer, the plan, what it will take, and all that stands against
 * it. Changes nothing.
 */
final class Survey {
    /** What one upload and many fetches side by side do where machine and bucket are near each other. */
    private static final double UPLOADED_BYTES_PER_SECOND = 80e6;

    private static final double FETCHED_BYTES_PER_SECOND = 200e6;
    private static final double SECONDS_PER_FOOTER = 0.15;

    private final MergeRequest request;
    private final ResourceLimits limits;
    private final SystemProbe probe;
    private final MergeControl control;
    private final RecentFooters footers;
    private final boolean thorough;
    private final @Nullable RemoteForecast elsewhere;
    private final @Nullable ObjectReads objects;
    private final CostEstimate.Builder estimate;
    private final List<String> problems = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private @Nullable HostForecast host;
    private @Nullable MergePlan plan;
    private int threads;

    private Survey(
            String strategy,
            MergeRequest request,
            ResourceLimits limits,
            SystemProbe probe,
            MergeControl control,
            RecentFooters footers,
            boolean thorough,
            @Nullable RemoteForecast elsewhere,
            @Nullable ObjectReads objects) {
        this.objects = objects;
        this.footers = footers;
        this.elsewhere = elsewhere;
        this.thorough = thorough;
        this.request = request;
        this.limits = limits;
        this.probe = probe;
        this.control = control;
        estimate = CostEstimate.by(strategy);
        threads = limits.threads().orElse(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Looks at {@code request}, with the threads of {@code crew}.
     *
     * @param thorough whether to rehearse the merge and to try the disk, for up to a tenth of a second, also where nothing but
     *     the figures depends on it
     * @param elsewhere what joining rows elsewhere takes, or null if they are not
     * @param objects where inputs may be besides the file system, or null if nowhere
     */
    static Survey of(
            String strategy,
            MergeRequest request,
            ResourceLimits limits,
            SystemProbe probe,
            MergeControl control,
            Crew crew,
            RecentFooters footers,
            boolean thorough,
            @Nullable RemoteForecast elsewhere,
            @Nullable ObjectReads objects) {
        Survey survey = new Survey(strategy, request, limits, probe, control, footers, thorough, elsewhere, objects);
        survey.look(crew);
        return survey;
    }

    /** Looks at {@code request} as {@link #of} does, for a merge that {@code host} makes as a whole. */
    static Survey hosted(
            String strategy,
            MergeRequest request,
            ResourceLimits limits,
            SystemProbe probe,
            MergeControl control,
            Crew crew,
            RecentFooters footers,
            boolean thorough,
            HostForecast host,
            @Nullable ObjectReads objects) {
        Survey survey = new Survey(strategy, request, limits, probe, control, footers, thorough, null, objects);
        survey.host = host;
        survey.look(crew);
        return survey;
    }

    /** Looks at the inputs of {@code request} alone, whose output is there already, with the threads of {@code crew}. */
    static Survey ofInputs(
            MergeRequest request,
            ResourceLimits limits,
            SystemProbe probe,
            MergeControl control,
            Crew crew,
            RecentFooters footers) {
        Survey survey = new Survey("", request, limits, probe, control, footers, false, null, null);
        survey.lookAtInputs(crew);
        return survey;
    }

    /** Returns how many bytes a merge may take within {@code limits} on this heap. */
    static long budgetBytes(ResourceLimits limits) {
        return Math.min(
                limits.maxMemory().bytes(), Math.max(1, HeapRoom.current().bufferBytes()));
    }

    /** Returns what was found. */
    CostEstimate estimate() {
        return estimate.build();
    }

    /** Returns the plan; null if there are input problems or refusals. */
    @Nullable
    MergePlan plan() {
        return plan;
    }

    /** Returns how many threads fit the budget. */
    int threads() {
        return threads;
    }

    /** Returns the file system path of {@code uri}, or null if it is not in a file system. */
    static @Nullable Path path(URI uri) {
        return "file".equals(uri.getScheme()) ? Path.of(uri) : null;
    }

    private void look(Crew crew) {
        checkOutput();
        lookAtInputs(crew);
        if (plan != null) {
            forecast(plan);
        }
    }

    private void lookAtInputs(Crew crew) {
        List<URI> uris = new ArrayList<>();
        uris.add(request.spine());
        uris.addAll(featureFiles());
        List<InputFile> files = List.of();
        try {
            files = readFooters(uris, crew);
        } catch (StrategyUnavailableException e) {
            refusals.add(e.getMessage());
        }
        boolean spineIsRead = !files.isEmpty() && files.get(0).origin().uri().equals(request.spine());
        if (spineIsRead) {
            plan(files);
        }
        estimate.inputs(
                uris.size() - 1,
                files.stream().mapToLong(file -> file.stamp().bytes()).sum());
        problems.forEach(estimate::inputProblem);
        refusals.forEach(estimate::refusal);
    }

    private void checkOutput() {
        int before = problems.size();
        Path output = path(request.output());
        if (output == null && objects != null && objects.serves(request.output())) {
            checkObject(objects);
            return;
        }
        if (output == null) {
            refusals.add("output " + request.output() + " is not in a file system");
            return;
        }
        Path folder = output.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            problems.add("[" + output + "] Cannot write the output: its folder is missing, make it first");
        } else if (!Files.isWritable(folder) || holdsNoFiles(folder)) {
            problems.add("[" + output + "] Cannot write the output: its folder is not writable, choose another");
        } else if (Files.isDirectory(output)) {
            problems.add("[" + output + "] Cannot write the output: it is a folder, name a file");
        } else if (Files.exists(output) && request.existingOutput() == ExistingOutput.REJECT) {
            problems.add("[" + output + "] Cannot write the output: it exists, remove it or ask to replace it");
        } else if (request.output().equals(request.spine())) {
            problems.add("[" + output + "] Cannot write the output over the spine: name another file");
        }
        check("output", before, output.toString());
    }

    private void checkObject(ObjectReads there) {
        int before = problems.size();
        String name = "[" + MergeRequest.fileName(request.output()) + "] ";
        if (request.output().equals(request.spine())) {
            problems.add(name + "Cannot write the output over the spine: name another file");
        } else if (request.existingOutput() == ExistingOutput.REJECT) {
            try {
                if (there.has(request.output())) {
                    problems.add(name + "Cannot write the output: it exists, remove it or ask to replace it");
                }
            } catch (IOException e) {
                problems.add(name + "Cannot look for the output: " + e.getMessage());
            } catch (StrategyUnavailableException e) {
                refusals.add(e.getMessage());
            }
        }
        check("output", before, request.output().toString());
    }

    private static boolean holdsNoFiles(Path folder) {
        try {
            FileStore store = Files.getFileStore(folder);
            return store.isReadOnly() || store.getTotalSpace() == 0;
        } catch (IOException e) {
            return false; // the merge itself will tell
        }
    }

    private List<URI> featureFiles() {
        int before = problems.size();
        List<URI> files = List.of();
        try {
            files = request.featureFiles();
            int expected = request.expectedFeatureFiles().orElse(files.size());
            if (files.size() != expected) {
                problems.add("Cannot merge " + files.size() + " feature files where " + expected
                        + " are expected: bring the missing ones or correct the number");
            }
            if (files.contains(request.output())) {
                problems.add("[" + MergeRequest.fileName(request.output())
                        + "] Cannot write the output over a feature file: name another file");
            }
        } catch (InvalidInputException e) {
            problems.addAll(e.problems());
        }
        check(
                "feature files",
                before,
                files.size() + " found"
                        + (request.expectedFeatureFiles().isPresent()
                                ? ", " + request.expectedFeatureFiles().getAsInt() + " expected"
                                : ""));
        return files;
    }

    private List<InputFile> readFooters(List<URI> uris, Crew crew) {
        int before = problems.size();
        @Nullable InputFile[] files = new InputFile[uris.size()];
        @Nullable List<?>[] wrong = new List<?>[uris.size()];
        AtomicInteger next = new AtomicInteger();
        boolean far = uris.stream().anyMatch(this::isFar);
        // Reading a footer from afar is mostly waiting.
        Crew readers = far ? crew.of(Math.min(ObjectReads.FOOTERS_AT_ONCE, uris.size())) : crew;
        readers.run(Phase.PLAN, place -> {
            for (int f = next.getAndIncrement(); f < files.length; f = next.getAndIncrement()) {
                control.check();
                place.at(MergeRequest.fileName(uris.get(f)), "");
                try {
                    files[f] = read(uris.get(f));
                    if (f == 0 && files[0] != null) {
                        WorkerCodecs.prepare(files[0].sizes().codec());
                    }
                } catch (InvalidInputException e) {
                    wrong[f] = e.problems();
                } catch (IOException e) {
                    control.check();
                    wrong[f] = List.of("[" + MergeRequest.fileName(uris.get(f)) + "] Cannot read the file: " + e);
                }
            }
        });
        List<InputFile> read = new ArrayList<>();
        for (int f = 0; f < files.length; f++) {
            if (path(uris.get(f)) == null && !isFar(uris.get(f))) {
                refusals.add("input " + uris.get(f) + " is not in a file system");
            } else if (wrong[f] != null) {
                wrong[f].forEach(problem -> problems.add((String) problem));
            } else {
                read.add(files[f]);
            }
            if (f == 0) {
                check("spine", before, MergeRequest.fileName(uris.get(0)) + " is readable");
                before = problems.size();
            }
        }
        footers.keep(read);
        check("footers", before, read.size() + " of " + uris.size() + " files are readable");
        return read;
    }

    private boolean isFar(URI uri) {
        return objects != null && objects.serves(uri);
    }

    /** Returns what the footer says, or null if {@code uri} is nowhere where inputs may be. */
    private @Nullable InputFile read(URI uri) throws IOException {
        Path path = path(uri);
        if (path != null) {
            return footers.read(path);
        }
        return objects != null && objects.serves(uri) ? footers.read(objects.locate(uri)) : null;
    }

    private void plan(List<InputFile> files) {
        int before = problems.size();
        MergePlan made = null;
        try {
            made = Planner.plan(request, files);
        } catch (InvalidInputException e) {
            problems.addAll(e.problems());
        }
        check(
                "keys and columns",
                before,
                "key " + String.join(", ", request.keys()) + " in the " + files.size() + " files read, no name clash");
        if (made != null && problems.isEmpty() && refusals.isEmpty()) {
            plan = made;
            estimate.shape(plan.rows(), plan.columns().size());
        }
    }

    private void forecast(MergePlan made) {
        HostForecast machine = host;
        if (machine != null) {
            forecast(made, machine);
            return;
        }
        long budget = budgetBytes(limits);
        Path output = path(request.output());
        Path parent = output == null ? Scratch.temporaryFolder() : output.getParent();
        Path folder = parent == null ? Path.of("") : parent;
        long far = farBytes(made);
        long aside =
                ObjectReads.bytesAhead(budget, far) + (output == null ? UploadDestination.bytesHeld(made, budget) : 0);
        Forecast forecast = new Forecast(made, budget, null).holding(aside);
        boolean here = elsewhere == null;
        if (here && (thorough || forecast.threads(threads) < threads)) {
            forecast = new Forecast(made, budget, Rehearsal.of(made, budget, control)).holding(aside);
        }
        threads = forecast.threads(threads);
        Speed speed = Speed.USUAL;
        if (thorough && here) {
            speed = output == null ? Speed.of(UPLOADED_BYTES_PER_SECOND) : Speed.of(folder);
        }
        Need need = forecast.need(threads, speed);
        if (far > 0) {
            need = fetching(need, far, made.files().size());
        }
        if (output == null) {
            need = uploading(need, budget);
        }
        if (elsewhere != null) {
            RemotePlan described = describe(made);
            need = withGroups(need, described, elsewhere.elapsed(described));
            elsewhere.addTo(estimate, described);
        }
        new Preflight(limits, probe, HeapRoom.current(), folder).addTo(estimate, need);
    }

    private void forecast(MergePlan made, HostForecast machine) {
        long buffers = machine.bufferBytes();
        long aside = ObjectReads.bytesAhead(buffers, made.inputBytes()) + UploadDestination.bytesHeld(made, buffers);
        Forecast forecast = new Forecast(made, buffers, null).holding(aside);
        if (thorough || forecast.threads(machine.threads()) < machine.threads()) {
            forecast = new Forecast(made, buffers, Rehearsal.of(made, buffers, control)).holding(aside);
        }
        Need there = forecast.need(forecast.threads(machine.threads()), Speed.USUAL);
        long outputBytes = there.outputBytes();
        long bytes = made.inputBytes();
        there = uploading(fetching(there, bytes, made.files().size()), machine.bufferBytes());
        HostNeed need = new HostNeed(
                there.peakMemoryBytes(),
                there.leastMemoryBytes(),
                there.scratchBytes(),
                outputBytes,
                made.files().size(),
                bytes,
                bytes - farBytes(made),
                there.elapsed());
        machine.addTo(estimate, need);
        long here = machine.bytesHere();
        Path output = path(request.output());
        Path parent = output == null ? Scratch.temporaryFolder() : output.getParent();
        new Preflight(limits, probe, HeapRoom.current(), parent == null ? Path.of("") : parent)
                .addTo(
                        estimate,
                        new Need(here, here, here, 0, output == null ? 0 : outputBytes, machine.elapsed(need)));
    }

    /** Fetching goes on beside all else; the longer of both counts. */
    private static Need fetching(Need need, long bytes, int objects) {
        double seconds = bytes / FETCHED_BYTES_PER_SECOND
                + Math.ceil((double) objects / ObjectReads.FOOTERS_AT_ONCE) * SECONDS_PER_FOOTER;
        Duration elapsed = Duration.ofMillis(Math.round(1000 * seconds));
        return new Need(
                need.peakMemoryBytes(),
                need.leastMemoryBytes(),
                need.heapBytes(),
                need.scratchBytes(),
                need.outputBytes(),
                elapsed.compareTo(need.elapsed()) > 0 ? elapsed : need.elapsed());
    }

    /** The output takes no disk, and scratch only where it does not fit the memory for it; the last pieces take memory. */
    private static Need uploading(Need need, long budget) {
        long least = need.leastMemoryBytes() + UploadDestination.leastBytesHeld();
        return new Need(
                Math.max(least, need.peakMemoryBytes()),
                least,
                Math.max(least, need.heapBytes()),
                need.scratchBytes() <= UploadDestination.scratchInMemory(budget) ? 0 : need.scratchBytes(),
                0,
                need.elapsed());
    }

    private static long farBytes(MergePlan made) {
        return made.files().stream()
                .filter(file -> file.origin().isFar())
                .mapToLong(file -> file.stamp().bytes())
                .sum();
    }

    private static RemotePlan describe(MergePlan made) {
        try {
            return Description.of(made, made.request().spineDuplicates() == SpineDuplicates.ALLOW);
        } catch (IOException e) {
            throw new MergeFailedException("Cannot read the footers of the inputs again: " + e.getMessage(), e);
        }
    }

    /** Adds the column groups, which lie here beside the output, and the time they take to get here. */
    private static Need withGroups(Need need, RemotePlan described, Duration elapsed) {
        long groups = 0;
        for (RemoteFile file : described.features()) {
            groups += file.bytes();
        }
        long numbers = 2 * 4 * described.rows();
        return new Need(
                need.peakMemoryBytes(),
                need.leastMemoryBytes(),
                need.heapBytes(),
                need.scratchBytes() + groups + numbers,
                need.outputBytes(),
                need.elapsed().plus(elapsed));
    }

    private void check(String name, int problemsBefore, String detail) {
        List<String> found = problems.subList(problemsBefore, problems.size());
        estimate.check(name, found.isEmpty(), found.isEmpty() ? detail : String.join("; ", found));
    }
}
