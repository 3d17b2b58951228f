/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.HostedRun;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.local.remote.HostForecast;
import dev.marquetry.local.remote.RemoteHost;
import dev.marquetry.local.storage.ObjectStore;
import java.util.Objects;

/**
 * A merge that another machine makes as a whole: the door of the local engine for authors of strategies that only bring it
 * there. The engine reads footers here, refuses what is wrong with the inputs, predicts what the merge takes there, watches
 * limits and inputs, and publishes the output that comes back as that of a local merge.
 *
 * <p>Thread-safe: one instance may run several merges at once.
 */
public final class HostedMerge {
    private final String strategy;
    private final ResourceLimits limits;
    private final ObjectStore store;
    private final RecentFooters footers = new RecentFooters();

    /**
     * Prepares merges for {@code strategy}, within {@code limits} on this machine; time spent elsewhere counts. Inputs
     * and output may be in {@code store} too.
     */
    public HostedMerge(String strategy, ResourceLimits limits, ObjectStore store) {
        this.strategy = Objects.requireNonNull(strategy, "strategy");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.store = Objects.requireNonNull(store, "store");
    }

    /** Returns what a merge will need here and, as the forecast tells, on the machine it runs on. Reads footers only. */
    public CostEstimate estimate(MergeRequest request, HostForecast forecast) {
        return HostedRun.estimate(strategy, request, limits, footers, forecast, store);
    }

    /** Merges as {@link dev.marquetry.MergeStrategy#merge} promises; {@code host} has it made. */
    public MergeResult merge(MergeRequest request, ProgressListener progress, HostForecast forecast, RemoteHost host) {
        return new HostedRun(strategy, request, limits, progress, footers, forecast, store).run(host);
    }
}
