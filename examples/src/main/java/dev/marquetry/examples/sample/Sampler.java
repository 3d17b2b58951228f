/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Writes a sampled pair, two files at a time. Thread-safe. */
public final class Sampler {
    private static final int THREADS = 2;

    private Sampler() {}

    /**
     * Writes the spine and every feature file into {@code folder}, which is made if need be.
     *
     * @param filesDone told after each file how many are written; called on the writing threads
     * @return the bytes written
     * @throws FileAlreadyExistsException if a spine or feature files are there already; nothing was written
     * @throws IOException if writing failed; every file written and folder made by this call is gone again
     * @throws InterruptedException if the thread was interrupted; every file written and folder made by this call is gone
     *     again
     */
    public static long write(SampleSpec spec, Path folder, IntConsumer filesDone)
            throws IOException, InterruptedException {
        boolean isNew = Files.notExists(folder);
        Files.createDirectories(folder);
        refuseOlderSample(folder);
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        boolean complete = false;
        try {
            long bytes = writeFiles(spec, folder, filesDone, executor);
            complete = true;
            return bytes;
        } finally {
            executor.shutdownNow();
            if (!complete) {
                awaitEnd(executor);
                delete(spec, folder);
                if (isNew) {
                    Files.deleteIfExists(folder);
                }
            }
        }
    }

    private static void refuseOlderSample(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "{targets,feat_*}.parquet")) {
            for (Path entry : entries) {
                throw new FileAlreadyExistsException(entry.toString());
            }
        }
    }

    private static long writeFiles(SampleSpec spec, Path folder, IntConsumer filesDone, ExecutorService executor)
            throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger(SampleSpec.SPINE_FILE);
        AtomicInteger done = new AtomicInteger();
        Callable<Long> work = () -> {
            SampleFileWriter writer = new SampleFileWriter(spec);
            long bytes = 0;
            for (int file = next.getAndIncrement(); file <= spec.files(); file = next.getAndIncrement()) {
                Path path = folder.resolve(SampleSpec.fileName(file));
                writer.write(file, path);
                bytes += Files.size(path);
                filesDone.accept(done.incrementAndGet());
            }
            return bytes;
        };
        ExecutorCompletionService<Long> workers = new ExecutorCompletionService<>(executor);
        for (int i = 0; i < THREADS; i++) {
            workers.submit(work);
        }
        long bytes = 0;
        for (int i = 0; i < THREADS; i++) {
            bytes += resultOf(workers);
        }
        return bytes;
    }

    private static long resultOf(ExecutorCompletionService<Long> workers) throws IOException, InterruptedException {
        try {
            return workers.take().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw new IOException(failure.getMessage(), failure);
            }
            throw new IllegalStateException("Cannot write the sample", e.getCause());
        }
    }

    private static void awaitEnd(ExecutorService executor) {
        boolean interrupted = false;
        while (!executor.isTerminated()) {
            try {
                executor.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(SampleSpec spec, Path folder) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (int file = SampleSpec.SPINE_FILE; file <= spec.files(); file++) {
            try {
                Files.deleteIfExists(folder.resolve(SampleSpec.fileName(file)));
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }
}
