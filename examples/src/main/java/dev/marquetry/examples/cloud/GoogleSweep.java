/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.cloud;

import dev.marquetry.ResourceLimits;
import dev.marquetry.bigquery.BigQueryStrategy;
import dev.marquetry.bigquery.SweepReport;
import dev.marquetry.examples.BigQueryFallback;
import dev.marquetry.examples.Sweep;
import java.util.Optional;
import java.util.function.Function;

/** Deletes what killed merges left, with the application default credentials of whoever runs the command. */
public final class GoogleSweep implements Function<Sweep, Sweep.Report> {
    @Override
    public Sweep.Report apply(Sweep sweep) {
        BigQueryStrategy strategy = GoogleCloud.strategy(new BigQueryFallback(
                sweep.project(),
                sweep.staging(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ResourceLimits.defaults()));
        SweepReport report = strategy.sweep(sweep.olderThan());
        return new Sweep.Report(report.deleted(), report.left(), report.alive());
    }
}
