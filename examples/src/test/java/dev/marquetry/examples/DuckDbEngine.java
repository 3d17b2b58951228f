/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** Merges by SQL, without limits: a stand-in that shares no code with what it stands in for. */
final class DuckDbEngine implements Engine, MergeStrategy {
    private final String replaced;

    private DuckDbEngine(String replaced) {
        this.replaced = replaced;
    }

    static DuckDbEngine merging() {
        return new DuckDbEngine("");
    }

    /** Returns an engine that gets one value wrong: the first of {@code column} that is not null. */
    static DuckDbEngine spoiling(String column, String wrong) {
        return new DuckDbEngine("CASE WHEN interval_time = (SELECT min(interval_time) FROM wide WHERE " + column
                + " IS NOT NULL) THEN " + wrong + " ELSE " + column + " END AS " + column);
    }

    @Override
    public MergeStrategy within(ResourceLimits limits, int progressEveryFiles) {
        return this;
    }

    @Override
    public String name() {
        return "duckdb";
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        return CostEstimate.by(name()).build();
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        String key = request.keys().get(0);
        List<URI> files = request.featureFiles();
        StringBuilder select = new StringBuilder("SELECT s.*");
        StringBuilder from = new StringBuilder(" FROM " + file(request.spine()) + " s");
        for (int f = 0; f < files.size(); f++) {
            select.append(", f" + f + ".* EXCLUDE (" + key + ")");
            from.append(" LEFT JOIN " + file(files.get(f)) + " f" + f + " USING (" + key + ")");
        }
        String wide = select.toString() + from + " ORDER BY s." + key;
        String sql = replaced.isEmpty()
                ? wide
                : "WITH wide AS (" + wide + ") SELECT * REPLACE (" + replaced + ") FROM wide ORDER BY " + key;
        try (DuckDb duck = new DuckDb()) {
            // Otherwise a column in which it sees no null becomes REQUIRED.
            duck.run("SET disabled_optimizers = 'statistics_propagation'");
            duck.run("COPY (" + sql + ") TO " + file(request.output())
                    + " (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 4096)");
        } catch (SQLException e) {
            throw new MergeFailedException("DuckDB could not merge", e);
        }
        return MergeResult.of(name(), request.output()).build();
    }

    private static String file(URI uri) {
        return DuckDb.quoted(Path.of(uri));
    }
}
