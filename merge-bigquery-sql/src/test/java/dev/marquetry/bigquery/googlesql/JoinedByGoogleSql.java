/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.googlesql;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.RemoteMerge;
import dev.marquetry.local.remote.RemoteForecast;
import dev.marquetry.local.remote.RemoteJoin;
import dev.marquetry.local.remote.RemotePlan;
import java.time.Duration;

/** Merges as in BigQuery, without the cloud: the statements run in Google's SQL engine. */
final class JoinedByGoogleSql implements MergeStrategy, RemoteForecast {
    private final RemoteMerge merge;
    private final RemoteJoin join;

    JoinedByGoogleSql(ResourceLimits limits, RemoteJoin join) {
        merge = new RemoteMerge(name(), limits, this);
        this.join = join;
    }

    @Override
    public String name() {
        return "google-sql";
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        return merge.estimate(request);
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        return merge.merge(request, progress, join);
    }

    @Override
    public Duration elapsed(RemotePlan plan) {
        return Duration.ZERO;
    }

    @Override
    public void addTo(CostEstimate.Builder estimate, RemotePlan plan) {}
}
