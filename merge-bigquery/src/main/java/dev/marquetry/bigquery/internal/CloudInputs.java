/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.bigquery.internal.stage.Bucket;
import dev.marquetry.bigquery.internal.stage.StoredObject;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.local.remote.RemoteInput;
import dev.marquetry.local.remote.RemoteInput.Range;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Inputs that are in Cloud Storage already. Of feature files, footers and keys are fetched; their features stay where they
 * are and get their tail there. The spine is fetched whole, for its columns go into the output here.
 */
public final class CloudInputs {
    private static final String SCHEME = "gs";

    private final Bucket bucket;
    private final int transfers;
    private final Optional<Duration> within;
    private final Map<URI, StoredObject> objects = new ConcurrentHashMap<>();

    /** Prepares to fetch by {@code bucket}'s client, {@code within} a time if there is one. */
    CloudInputs(Bucket bucket, int transfers, Optional<Duration> within) {
        this.bucket = bucket;
        this.transfers = transfers;
        this.within = within;
    }

    /** Returns whether {@code request} has any such input. */
    public static boolean isUsedBy(MergeRequest request) {
        try {
            return isCloud(request.spine()) || request.featureFiles().stream().anyMatch(CloudInputs::isCloud);
        } catch (InvalidInputException e) {
            return false; // the survey will say so too, among all else
        }
    }

    private static boolean isCloud(URI file) {
        return SCHEME.equals(file.getScheme());
    }

    /** Returns the object that {@code file}, one of a request that {@link #fetch} returned, is a part of; null if none. */
    public @Nullable StoredObject object(URI file) {
        return objects.get(file);
    }

    /**
     * Returns {@code request} with what is needed of such inputs in files below {@code folder}.
     *
     * @param keys whether to fetch keys; else footers alone
     * @throws InvalidInputException if objects are not there
     */
    public MergeRequest fetch(MergeRequest request, Path folder, boolean keys) {
        List<URI> files = new ArrayList<>();
        files.add(request.spine());
        files.addAll(request.featureFiles());
        List<Callable<URI>> tasks = new ArrayList<>();
        for (int f = 0; f < files.size(); f++) {
            URI file = files.get(f);
            boolean whole = f == 0 && keys;
            Path copy = folder.resolve("" + f).resolve(MergeRequest.fileName(file));
            List<String> columns = keys ? request.keys() : List.of();
            tasks.add(() -> isCloud(file) ? fetch(file, copy, whole, columns) : file);
        }
        List<URI> here = all(tasks);
        return request.withFiles(here.get(0), here.subList(1, here.size()));
    }

    private List<URI> all(List<Callable<URI>> tasks) {
        ExecutorService threads = Executors.newFixedThreadPool(transfers, work -> {
            Thread thread = new Thread(work, "marquetry-fetching");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Duration time = within.orElse(Duration.ofDays(365));
            List<URI> done = new ArrayList<>();
            List<String> problems = new ArrayList<>();
            for (Future<URI> future : threads.invokeAll(tasks, time.toMillis(), TimeUnit.MILLISECONDS)) {
                if (future.isCancelled()) {
                    throw new LimitBreachException(new LimitBreach(
                            Resource.ELAPSED,
                            time.toMillis(),
                            time.toMillis() + 1,
                            Basis.MEASURED,
                            Phase.PREFLIGHT,
                            "fetching keys from Cloud Storage"));
                }
                try {
                    done.add(future.get());
                } catch (ExecutionException e) {
                    problems.addAll(problems(e.getCause()));
                }
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException(problems);
            }
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MergeCancelledException("Merge was interrupted while keys were fetched from Cloud Storage");
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> problems(@Nullable Throwable failure) throws InterruptedException {
        if (failure instanceof InvalidInputException bad) {
            return bad.problems();
        } else if (failure instanceof MergeException known) {
            throw known;
        } else if (failure instanceof InterruptedException) {
            throw new InterruptedException();
        }
        throw new MergeFailedException("Cannot fetch from Cloud Storage: " + failure, failure);
    }

    private URI fetch(URI file, Path copy, boolean whole, List<String> keys) throws IOException, InterruptedException {
        Checkpoint checkpoint = Calls::throwIfInterrupted;
        Optional<StoredObject> found = bucket.find(file, checkpoint);
        if (found.isEmpty()) {
            throw new InvalidInputException("[" + file + "] Cannot find the object: check its name");
        }
        StoredObject object = found.get();
        Files.createDirectories(copy.getParent());
        try (FileChannel out = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (whole) {
                bucket.download(object, (position, bytes) -> write(out, position, bytes), checkpoint);
            } else if (object.bytes() > 0) {
                fetchParts(object, out, copy, keys, checkpoint);
            }
        }
        URI here = copy.toUri();
        if (!whole) {
            objects.put(here, object);
        }
        return here;
    }

    private void fetchParts(StoredObject object, FileChannel out, Path copy, List<String> keys, Checkpoint checkpoint)
            throws IOException, InterruptedException {
        long size = object.bytes();
        Parts parts = new Parts(object, out, checkpoint);
        parts.read(new Range(0, Math.min(size, RemoteInput.MAGIC_BYTES)));
        ByteBuffer tail = ByteBuffer.allocate(RemoteInput.TAIL_BYTES);
        if (size < tail.capacity()) {
            parts.read(new Range(0, size));
            return;
        }
        bucket.read(object, size - tail.capacity(), size, (position, bytes) -> tail.put(bytes), checkpoint);
        parts.read(RemoteInput.footer(size, tail.flip()));
        if (!keys.isEmpty()) {
            for (Range range : RemoteInput.columns(copy, keys)) {
                parts.read(range);
            }
        }
    }

    private final class Parts {
        private final StoredObject object;
        private final FileChannel out;
        private final Checkpoint checkpoint;

        Parts(StoredObject object, FileChannel out, Checkpoint checkpoint) {
            this.object = object;
            this.out = out;
            this.checkpoint = checkpoint;
        }

        void read(Range range) throws InterruptedException {
            bucket.read(object, range.from(), range.to(), (position, bytes) -> write(out, position, bytes), checkpoint);
        }
    }

    private static void write(FileChannel out, long position, ByteBuffer bytes) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += out.write(bytes, at);
        }
    }
}
