/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal;

import com.google.cloud.storage.Storage;
import dev.marquetry.MemorySize;
import dev.marquetry.ResourceLimits;
import dev.marquetry.cloudrun.internal.cost.Prices;
import dev.marquetry.cloudrun.internal.run.RunClients;
import dev.marquetry.gcs.GoogleCloudStorage;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Pace;
import java.time.Duration;
import java.util.Optional;

/** What a strategy was built with. Immutable; thread-safe as its clients are. */
public record Settings(
        String project,
        String region,
        String job,
        String staging,
        RunClients run,
        Storage storage,
        Pace poll,
        Pace retry,
        Duration answerWithin,
        Duration startWithin,
        Optional<Duration> taskTimeout,
        Optional<String> kmsKey,
        Prices prices,
        ResourceLimits limits) {
    /** Transfers at once at most: each has buffers, and a few fill any line. */
    private static final int MOST_TRANSFERS = 8;

    private static final int PIECE_UNIT = 256 << 10;
    private static final int MOST_PIECE = 8 << 20;

    /** A transfer holds a piece, and its upload may hold another. */
    private static final int PIECES = 2;

    /** Transfers together take no more than this part of the memory, unless that is too little for one. */
    private static final int MEMORY_SHARE = 4;

    /** Returns {@code staging} if it is an address of a bucket or a folder in one. */
    public static String checkStaging(String staging) {
        if (!staging.matches("gs://[a-z0-9][a-z0-9._-]+(/[^?#]*)?")) {
            throw new IllegalArgumentException("staging must be like gs://bucket/folder but was " + staging);
        }
        return staging;
    }

    /** Returns {@code name} if it can be that of {@code what}. */
    public static String checkName(String what, String name) {
        if (!name.matches("[a-z0-9][a-z0-9.:-]*")) {
            throw new IllegalArgumentException(what + " must be of small letters, digits and dashes but was " + name);
        }
        return name;
    }

    /** Returns the job's full name. */
    public String jobName() {
        return "projects/" + project + "/locations/" + region + "/jobs/" + job;
    }

    /** Returns how many transfers run at once. */
    public int transfers() {
        long fit = limits.maxMemory().bytes() / MEMORY_SHARE / PIECES / PIECE_UNIT;
        return (int) Math.max(1, Math.min(MOST_TRANSFERS, fit));
    }

    /** Returns how many bytes are sent or fetched at once. */
    public int pieceBytes() {
        long each = limits.maxMemory().bytes() / MEMORY_SHARE / PIECES / transfers();
        return Math.toIntExact(Math.max(1, Math.min(MOST_PIECE, each) / PIECE_UNIT) * PIECE_UNIT);
    }

    /** Returns the memory that all transfers together take. */
    public MemorySize transferMemory() {
        return MemorySize.bytes((long) transfers() * pieceBytes() * PIECES);
    }

    /** Returns how calls are made. */
    public Calls calls() {
        return new Calls(retry, answerWithin);
    }

    /** Returns Cloud Storage as the engine takes it. */
    public GoogleCloudStorage store() {
        GoogleCloudStorage store =
                GoogleCloudStorage.with(storage).retry(retry.tries(), retry.first(), retry.longest());
        return kmsKey.map(store::kmsKey).orElse(store);
    }
}
