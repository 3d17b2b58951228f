/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Main class of a host JVM: merges folder {@code args[0]} into {@code args[1]} in processes of their own, which it kills at
 * random moments, seed {@code args[2]}, until {@code args[3]} merges have died of it. After each it looks at what is left,
 * and merges again. With {@code hold} in place of a seed, it prints the worker's number at the first event of progress and
 * waits. Needs nothing but the run-time class path.
 */
final class IsolatedHost {
    private final MergeRequest request;
    private final Path output;
    private final IsolatedLocalStrategy strategy = IsolatedLocalStrategy.builder(
                    ResourceLimits.builder().threads(2).build())
            .reportingEvery(1)
            .build();

    private IsolatedHost(Path inputs, Path output) throws IOException {
        this.output = output;
        request = MergeRequest.onKey("key")
                .spine(inputs.resolve("spine.parquet"))
                .features(features(inputs))
                .onExistingOutput(ExistingOutput.REPLACE)
                .writeTo(output);
    }

    /** Returns f1, f2 and so on, as they are numbered. */
    private static List<Path> features(Path inputs) throws IOException {
        try (Stream<Path> files = Files.list(inputs)) {
            Comparator<Path> byNumber =
                    Comparator.comparingInt(file -> file.toString().length());
            return files.filter(file -> !file.endsWith("spine.parquet"))
                    .sorted(byNumber.thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        IsolatedHost host = new IsolatedHost(Path.of(args[0]), Path.of(args[1]));
        if (args[2].equals("hold")) {
            host.hold();
        }
        host.killUntilDone(new SplittableRandom(Long.parseLong(args[2])), Integer.parseInt(args[3]));
    }

    private void hold() {
        strategy.merge(request, progress -> {
            System.out.println(children().findFirst().orElseThrow().pid());
            pause(TimeUnit.MINUTES.toMillis(5));
        });
    }

    private void killUntilDone(SplittableRandom random, int kills) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long rows = strategy.merge(request).rows();
        int usualMillis = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        int died = 0;
        for (int tries = 0; died < kills && tries < 4 * kills; tries++) {
            Files.delete(output);
            if (diesWhenKilledAfter(random.nextInt(usualMillis))) {
                died++;
                requireLeft(0);
                MergeResult next = strategy.merge(request);
                requireLeft(1);
                if (next.rows() != rows || next.featureMatches().isEmpty()) {
                    throw new IllegalStateException("not the whole output: " + next);
                }
            } else {
                requireLeft(1);
            }
        }
        System.out.println("died " + died + ", heap " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
    }

    private boolean diesWhenKilledAfter(int millis) throws InterruptedException {
        Thread killer = new Thread(() -> {
            pause(millis);
            children().forEach(ProcessHandle::destroyForcibly);
        });
        killer.start();
        try {
            strategy.merge(request);
            return false;
        } catch (LimitBreachException e) {
            if (e.breach().resource() != Resource.MEMORY) {
                throw e;
            }
            return true;
        } finally {
            killer.join();
        }
    }

    private static Stream<ProcessHandle> children() {
        return ProcessHandle.current().children();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void requireLeft(long files) throws IOException {
        try (Stream<Path> left = Files.list(output.resolveSibling("."))) {
            if (left.count() != files || Files.exists(output) != (files == 1)) {
                throw new IllegalStateException("other files beside the output than there should be");
            }
        }
        if (children().findAny().isPresent()) {
            throw new IllegalStateException("a worker is left");
        }
    }
}
