/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.DatasetId;
import com.google.cloud.bigquery.DatasetInfo;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.bigquery.internal.QuickCloud;
import dev.marquetry.bigquery.internal.call.RunId;
import dev.marquetry.bigquery.internal.jobs.RunDataset;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.LoopbackCloud;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static final Checkpoint GO = Checkpoint.none();
    private static final Duration DAY = Duration.ofDays(1);

    private final QuickCloud cloud = new QuickCloud();
    private Duration passed = Duration.ZERO;

    @AfterEach
    void stop() {
        cloud.close();
    }

    private void pass(Duration time) {
        cloud.server.passTime(time);
        passed = passed.plus(time);
    }

    private Instant now() {
        return Instant.now().plus(passed);
    }

    /** Begins a run that gets no further than an object and, if wanted, a dataset. */
    private RunId leave(boolean withDataset) throws Exception {
        RunId run = RunId.at(now(), new Random());
        if (withDataset) {
            new RunDataset(cloud.bigQuery, cloud.jobSettings(), run).create(Duration.ofHours(6), GO);
        }
        cloud.bucket()
                .upload(
                        run.folder() + "in/f00001.parquet",
                        3,
                        () -> Channels.newChannel(new ByteArrayInputStream(new byte[3])),
                        GO);
        return run;
    }

    private Swept sweep(Duration age) throws InterruptedException {
        InstantSource clock = this::now;
        return new Sweep(cloud.bigQuery, LoopbackCloud.PROJECT, cloud.bucket(), QuickCloud.QUICK, clock).run(age, GO);
    }

    @Test
    void deadRuns_areDeleted_liveOnesAreNot() throws Exception {
        RunId dead = leave(true);
        RunId deadWithoutDataset = leave(false);
        pass(Duration.ofDays(2));
        RunId live = leave(true);
        RunId liveWithoutDataset = leave(false);
        Swept swept = sweep(DAY);
        assertThat(swept.deleted())
                .containsExactlyInAnyOrder(
                        "dataset " + LoopbackCloud.PROJECT + "." + dead.dataset(),
                        cloud.bucket().uri(dead.folder()),
                        cloud.bucket().uri(deadWithoutDataset.folder()));
        assertThat(swept.left()).isEmpty();
        assertThat(swept.alive()).containsExactlyInAnyOrder(live.toString(), liveWithoutDataset.toString());
        assertThat(cloud.server.datasets()).containsExactly(live.dataset());
        assertThat(cloud.server.objects()).hasSize(2).noneMatch(uri -> uri.contains(dead.toString()));
        assertThat(sweep(DAY).deleted()).isEmpty();
    }

    @Test
    void runWhoseTablesCouldStillBeInUse_isLetBe() throws Exception {
        RunId run = leave(true);
        pass(Duration.ofHours(3));
        assertThat(sweep(Duration.ofHours(1)).alive()).containsExactly(run.toString());
        pass(Duration.ofHours(4));
        assertThat(sweep(Duration.ofHours(1)).deleted()).hasSize(2);
        assertThat(cloud.server.objects()).isEmpty();
    }

    @Test
    void oldRunThatStillMakesObjects_isLetBe() throws Exception {
        RunId run = leave(false);
        pass(Duration.ofDays(2));
        cloud.bucket()
                .upload(
                        run.folder() + "g000/part",
                        0,
                        () -> Channels.newChannel(new ByteArrayInputStream(new byte[0])),
                        GO);
        assertThat(sweep(DAY).alive()).containsExactly(run.toString());
    }

    @Test
    void datasetsOfOthers_areNeverTouched() throws Exception {
        RunId run = RunId.at(now(), new Random());
        cloud.bigQuery.create(DatasetInfo.newBuilder(DatasetId.of(LoopbackCloud.PROJECT, "precious"))
                .setLabels(Map.of(RunId.LABEL, run.toString()))
                .build());
        cloud.bigQuery.create(DatasetInfo.newBuilder(DatasetId.of(LoopbackCloud.PROJECT, run.dataset()))
                .setLabels(Map.of("team", "other"))
                .build());
        cloud.bucket()
                .upload(
                        RunId.FOLDER + "notes/a",
                        0,
                        () -> Channels.newChannel(new ByteArrayInputStream(new byte[0])),
                        GO);
        pass(Duration.ofDays(30));
        assertThat(sweep(DAY)).isEqualTo(new Swept(java.util.List.of(), java.util.List.of(), java.util.List.of()));
        assertThat(cloud.server.datasets()).hasSize(2);
        assertThat(cloud.server.objects()).hasSize(1);
    }

    @Test
    void whatCanNotBeDeleted_isNamed_andTheRestIsDeleted() throws Exception {
        RunId run = leave(true);
        pass(Duration.ofDays(2));
        cloud.server.faults().deny(ApiCall.DATASETS_DELETE);
        Swept swept = sweep(DAY);
        assertThat(swept.deleted()).containsExactly(cloud.bucket().uri(run.folder()));
        assertThat(swept.left()).singleElement().asString().contains(run.dataset(), "bigquery.datasets.delete");
    }

    @Test
    void callsThatFailOnce_areMadeAgain() throws Exception {
        leave(true);
        pass(Duration.ofDays(2));
        cloud.server.faults().onEachKind().answer(503);
        assertThat(sweep(DAY).deleted()).hasSize(2);
    }

    @Test
    void listThatIsDenied_isThrown() {
        cloud.server.faults().deny(ApiCall.DATASETS_LIST);
        assertThatThrownBy(() -> sweep(DAY)).isInstanceOf(StrategyUnavailableException.class);
    }
}
