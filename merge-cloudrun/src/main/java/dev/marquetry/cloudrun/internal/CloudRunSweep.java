/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal;

import dev.marquetry.cloudrun.internal.call.RunId;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a sweep of the staging area did: it deletes the folders of runs that are dead. Immutable and thread-safe.
 *
 * @param deleted folders that it deleted
 * @param left what it could not delete
 * @param alive runs that may still be running, and were let be
 */
public record CloudRunSweep(List<String> deleted, List<String> left, List<String> alive) {
    private static final Duration DELETING = Duration.ofMinutes(10);

    /** Copies the lists. */
    public CloudRunSweep {
        deleted = List.copyOf(deleted);
        left = List.copyOf(left);
        alive = List.copyOf(alive);
    }

    /** Sweeps; a run is dead if it began longer ago than {@code age} and nothing in its folder is younger. */
    public static CloudRunSweep of(Settings settings, Duration age) throws InterruptedException {
        Checkpoint checkpoint = Calls::throwIfInterrupted;
        Staging staging = new Staging(settings.storage(), settings.staging(), settings.calls(), settings.kmsKey());
        Instant before = Instant.now().minus(age);
        List<String> deleted = new ArrayList<>();
        List<String> left = new ArrayList<>();
        List<String> alive = new ArrayList<>();
        for (String folder : staging.folders(RunId.FOLDER, checkpoint)) {
            Optional<RunId> run = RunId.parse(folder);
            if (run.isEmpty()) {
                continue;
            }
            String prefix = run.get().folder();
            boolean dead = run.get().began().isBefore(before)
                    && staging.youngest(prefix, checkpoint)
                            .filter(made -> !made.isBefore(before))
                            .isEmpty();
            if (!dead) {
                alive.add(folder);
                continue;
            }
            List<String> stuck = staging.delete(prefix, DELETING);
            if (stuck.isEmpty()) {
                deleted.add(staging.uri(prefix).toString());
            }
            left.addAll(stuck);
        }
        return new CloudRunSweep(deleted, left, alive);
    }
}
