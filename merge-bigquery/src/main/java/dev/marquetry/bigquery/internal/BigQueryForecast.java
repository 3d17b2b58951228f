/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal;

import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.MemorySize;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.bigquery.internal.cost.Costs;
import dev.marquetry.bigquery.internal.cost.Scan;
import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.GroupSql;
import dev.marquetry.bigquery.internal.sql.Groups;
import dev.marquetry.bigquery.internal.sql.Refusals;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemoteForecast;
import dev.marquetry.local.remote.RemotePlan;
import java.time.Duration;
import java.util.List;

/** What a merge in BigQuery will take, from footers alone. Immutable and thread-safe. */
public final class BigQueryForecast implements RemoteForecast {
    /** A line of 400 Mbit/s each way; lines differ by far more than any other figure here. */
    private static final long BYTES_PER_SECOND = 50_000_000;

    private static final long SECONDS_OF_A_LOAD = 5;
    private static final long SECONDS_OF_A_JOIN = 60;

    /** As long as any run's dataset is called. */
    private static final String DATASET = "marquetry_20000101t000000_000000";

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
    public void addTo(CostEstimate.Builder estimate, RemotePlan plan) {
        List<String> refusals = Refusals.of(plan);
        refusals.forEach(estimate::refusal);
        estimate.check(
                "files for BigQuery",
                refusals.isEmpty(),
                refusals.isEmpty() ? "codecs, columns and rows are within what it loads" : String.join("; ", refusals));
        GroupSql sql = new GroupSql(settings.project(), DATASET, plan.spineColumn(), settings.sorted());
        List<Group> groups = Groups.of(plan, settings.groups(), sql);
        new Costs(settings.prices()).predicted(plan, groups).forEach(estimate::costItem);
        long billed = new Scan(plan).billedBytes(groups);
        estimate.amount(Resource.BILLED_BYTES, billed);
        long most = settings.maxBilledBytes().map(MemorySize::bytes).orElse(Long.MAX_VALUE);
        estimate.check(
                "billed bytes",
                billed <= most,
                "about " + MemorySize.bytes(billed) + " in " + groups.size() + " queries"
                        + settings.maxBilledBytes()
                                .map(limit -> " of at most " + limit)
                                .orElse(", no limit")
                        + ", at the prices of " + settings.prices().date());
        if (billed > most) {
            estimate.predictedBreach(new LimitBreach(
                    Resource.BILLED_BYTES, most, billed, Basis.PREDICTED, Phase.PREFLIGHT, "in BigQuery"));
        }
    }
}
