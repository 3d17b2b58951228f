/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.storage.Storage;
import dev.marquetry.MemorySize;
import dev.marquetry.bigquery.internal.cost.Prices;
import dev.marquetry.bigquery.internal.jobs.JobSettings;
import dev.marquetry.bigquery.internal.sql.GroupLimits;
import dev.marquetry.bigquery.internal.stage.BucketSettings;
import dev.marquetry.gcs.call.Pace;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What a strategy was built with. Immutable; thread-safe as its clients are. */
public record Settings(
        String project,
        String staging,
        BigQuery bigQuery,
        Storage storage,
        String location,
        Duration datasetExpiry,
        Map<String, String> labels,
        Optional<MemorySize> maxBilledBytes,
        GroupLimits groups,
        int concurrency,
        Duration jobDeadline,
        Pace poll,
        Pace retry,
        Optional<String> kmsKey,
        boolean sorted,
        boolean takesCloudInputs,
        Prices prices,
        MemorySize maxMemory,
        Optional<Duration> maxElapsed) {
    /** Transfers at once at most: each has a buffer, and a few fill any line. */
    private static final int MOST_TRANSFERS = 8;

    private static final int CHUNK_UNIT = 256 << 10;

    /** Transfers together take no more than this part of the memory. */
    private static final int MEMORY_SHARE = 4;

    /** Returns {@code staging} if it is an address of a bucket or a folder in one. */
    public static String checkStaging(String staging) {
        if (!staging.matches("gs://[a-z0-9][a-z0-9._-]+(/[^?#]*)?")) {
            throw new IllegalArgumentException("staging must be like gs://bucket/folder but was " + staging);
        }
        return staging;
    }

    /** Returns how many transfers run at once. */
    public int transfers() {
        long fit = maxMemory.bytes() / MEMORY_SHARE / (CHUNK_UNIT + CHUNK_UNIT / 4);
        return (int) Math.max(1, Math.min(Math.min(concurrency, MOST_TRANSFERS), fit));
    }

    /** Returns the bytes of memory that all transfers together take. */
    public long transferBytes() {
        BucketSettings sizes = bucketSettings();
        return (long) transfers() * (sizes.chunkBytes() + sizes.readBytes());
    }

    /** Returns how objects are sent and fetched, in buffers that fit the memory. */
    public BucketSettings bucketSettings() {
        long each = maxMemory.bytes() / MEMORY_SHARE / transfers();
        long units = Math.min(BucketSettings.DEFAULT_CHUNK_BYTES, each) / CHUNK_UNIT;
        int chunk = Math.toIntExact(Math.max(1, units) * CHUNK_UNIT);
        return new BucketSettings(chunk, Math.max(CHUNK_UNIT / 4, chunk / 8), kmsKey, retry);
    }

    /** Returns where and how jobs run. */
    public JobSettings jobSettings() {
        return new JobSettings(
                project,
                location,
                labels,
                kmsKey,
                poll,
                retry,
                Math.min(retry.tries(), JobSettings.DEFAULT_ATTEMPTS),
                jobDeadline,
                JobSettings.DEFAULT_CANCELLING);
    }

    /** Returns where files are staged. */
    public URI stagingUri() {
        return URI.create(staging);
    }
}
