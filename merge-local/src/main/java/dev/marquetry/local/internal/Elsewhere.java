/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import dev.marquetry.CostItem;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.Phase;
import dev.marquetry.local.internal.align.RowMap;
import dev.marquetry.local.internal.limits.Crew;
import dev.marquetry.local.internal.limits.Guard;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.limits.ProgressMeter;
import dev.marquetry.local.internal.plan.FooterReader;
import dev.marquetry.local.internal.plan.GroupPlanner;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.local.internal.stage.GroupFile;
import dev.marquetry.local.internal.stage.Stager;
import dev.marquetry.local.internal.stage.WholeFile;
import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemoteGroup;
import dev.marquetry.local.remote.RemoteJoin;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteSession;
import dev.marquetry.local.remote.StagedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One merge's dealings with those who join its rows elsewhere. Thread-safe but for {@link #join}. */
final class Elsewhere implements RemoteSession, AutoCloseable {
    private final MergePlan plan;
    private final RemotePlan described;
    private final Stager stager;
    private final ScratchFolder scratch;
    private final MergeControl control;
    private final Guard guard;
    private final ProgressMeter progress;
    private final List<GroupFile> groups = new ArrayList<>();
    private final MemoryBudget budget;
    private final Place place;
    private final AtomicLong taken = new AtomicLong();
    private final List<CostItem> costs = new ArrayList<>();
    private @Nullable Path spine;

    Elsewhere(
            MergePlan plan,
            RemotePlan described,
            Stager stager,
            ScratchFolder scratch,
            MergeControl control,
            Guard guard,
            ProgressMeter progress,
            MemoryBudget budget,
            Place place) {
        this.budget = budget;
        this.place = place;
        this.plan = plan;
        this.described = described;
        this.stager = stager;
        this.scratch = scratch;
        this.control = control;
        this.guard = guard;
        this.progress = progress;
    }

    /** Returns whether there is anything to join. */
    static boolean isNeeded(MergePlan plan) {
        return plan.rows() > 0 && plan.columns().size() > plan.columnsOf(0).size();
    }

    /** Has the rows joined; returns the plan with its feature columns drawn from the groups that came back. */
    MergePlan join(RemoteJoin join) throws IOException {
        List<RemoteGroup> back;
        try {
            back = join.join(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            control.check();
            throw new MergeCancelledException("Merge was interrupted while its rows were joined elsewhere");
        } finally {
            budget.give(taken.getAndSet(0));
        }
        List<GroupFile> inOrder = new ArrayList<>();
        for (RemoteGroup group : back) {
            if (!(group instanceof GroupFile file) || !file.isComplete()) {
                throw new IllegalStateException("a group that is not complete, or of another merge: " + group);
            }
            inOrder.add(file);
        }
        inOrder.sort(Comparator.comparingInt(group -> group.columns().get(0).output()));
        List<InputFile> files = new ArrayList<>();
        int next = plan.columnsOf(0).size();
        for (GroupFile group : inOrder) {
            if (group.columns().get(0).output() != next) {
                throw new IllegalStateException("groups that leave column " + next + " out or have it twice");
            }
            next += group.columns().size();
            files.add(FooterReader.read(group.path()));
        }
        return GroupPlanner.laid(plan, files);
    }

    /** Plans how the rows of the groups of {@code laid} are matched with the spine's. */
    MergePlan matching(MergePlan laid) throws IOException {
        return GroupPlanner.matching(
                FooterReader.read(spinePath()),
                laid.files().subList(1, laid.files().size()),
                RemotePlan.ROW,
                Path.of(plan.request().output()));
    }

    /**
     * Checks that each group has every row of the spine once and no other.
     *
     * @throws MergeFailedException if one has not
     */
    static void requireAllRows(List<RowMap> rowMaps) {
        for (RowMap map : rowMaps) {
            FeatureMatch match = map.match();
            if (match.absentRows() > 0 || match.extraRows() > 0 || match.nullKeyRows() > 0) {
                throw new MergeFailedException("Cannot lay a column group beside the spine that lacks "
                        + match.absentRows() + " of its rows and has " + (match.extraRows() + match.nullKeyRows())
                        + " others: what joined them did not return what it was asked for");
            }
        }
    }

    @Override
    public RemotePlan plan() {
        return described;
    }

    @Override
    public void check() throws InterruptedException {
        control.check();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public StagedFile spine() throws IOException {
        return new WholeFile(spinePath());
    }

    private synchronized Path spinePath() throws IOException {
        Path made = spine;
        if (made == null) {
            made = stager.spine();
            spine = made;
        }
        return made;
    }

    @Override
    public StagedFile stage(RemoteFile file) throws IOException {
        return stager.stage(file.index());
    }

    @Override
    public synchronized RemoteGroup newGroup(List<RemoteColumn> columns) throws IOException {
        GroupFile group = new GroupFile(plan, columns, scratch.create("group" + groups.size()));
        groups.add(group);
        return group;
    }

    @Override
    public void work(Phase phase, int threads, Work work) {
        new Crew(threads, control, guard).run(phase, at -> work.run());
    }

    @Override
    public void takeMemory(long bytes) {
        budget.take(bytes, place);
        taken.addAndGet(bytes);
    }

    @Override
    public void report(Phase phase, String detail) {
        progress.step(phase, detail);
    }

    @Override
    public synchronized void paid(CostItem item) {
        costs.add(item);
    }

    /** Returns what the join paid for. */
    synchronized List<CostItem> costs() {
        return List.copyOf(costs);
    }

    @Override
    public void warn(String text) {
        progress.warn(text);
    }

    @Override
    public synchronized void close() throws IOException {
        for (GroupFile group : groups) {
            group.close();
        }
    }
}
