/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal;

import dev.marquetry.CostEstimate;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemoteForecast;
import dev.marquetry.local.remote.RemotePlan;
import java.time.Duration;

/** What a merge in BigQuery will take, from footers alone. Immutable and thread-safe. */
public final class BigQueryForecast implements RemoteForecast {
    /** A line of 400 Mbit/s each way; lines differ by far more than any other figure here. */
    private static final long BYTES_PER_SECOND = 50_000_000;

    private static final long SECONDS_OF_A_LOAD = 5;
    private static final long SECONDS_OF_A_JOIN = 60;

    private final Settings settings;

    /** Forecasts merges with {@code settings}. */
    public BigQueryForecast(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Duration elapsed(RemotePlan plan) {
        long bytes = 0;
        for (RemoteFile file : plan.features()) {
            bytes += file.bytes();
        }
        long waves = plan.features().size() / settings.concurrency() + 1L;
        return Duration.ofSeconds(2 * bytes / BYTES_PER_SECOND + waves * SECONDS_OF_A_LOAD + SECONDS_OF_A_JOIN);
    }

    @Override
    public void addTo(CostEstimate.Builder estimate, RemotePlan plan) {}
}
