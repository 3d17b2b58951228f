/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeResult;
import dev.marquetry.Resource;
import dev.marquetry.loopback.ApiCall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process for each task, with nothing in its environment but what Cloud Run puts there, and real signals. */
@Timeout(180)
class ColdContainerTest {
    @TempDir
    Path folder;

    private Clouds clouds;
    private Pair pair;

    @BeforeEach
    void start() throws IOException {
        clouds = Clouds.cold();
        pair = new Pair(folder, 3, 4);
    }

    @AfterEach
    void nothingIsLeft() {
        try (Clouds used = clouds) {
            assertThat(used.objects().objects()).isEmpty();
            assertThat(used.run().running()).isZero();
        }
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void merge_givesWhatTheLocalEngineGives() {
        MergeResult result = clouds.strategy().build().merge(pair.request());

        pair.assertMerged();
        assertThat(result.strategy()).isEqualTo("cloud-run");
        assertThat(result.featureMatches()).hasSize(3);
        assertThat(result.peakMemoryBytes()).isPresent();
        assertThat(result.costItems())
                .extracting(item -> item.name())
                .containsExactly("processors", "memory", "staging storage", "operations", "egress");
    }

    @Test
    void killedProcess_isABreachOfMemory() {
        clouds.objects()
                .faults()
                .on(ApiCall.OBJECTS_DOWNLOAD)
                .delay(Duration.ofSeconds(2))
                .always();
        Thread killer = new Thread(() -> {
            while (clouds.objects().calls(ApiCall.OBJECTS_DOWNLOAD).stream()
                    .noneMatch(call -> call.toString().contains("f0.parquet"))) {
                sleep();
            }
            clouds.run().killRunning();
        });
        killer.setDaemon(true);
        killer.start();
        Throwable thrown = catchThrowable(() -> clouds.strategy().build().merge(pair.request()));

        assertThat(thrown).isInstanceOf(LimitBreachException.class).hasMessageContaining("137");
        assertThat(((LimitBreachException) thrown).breach().resource()).isEqualTo(Resource.MEMORY);
        assertThat(pair.output()).doesNotExist();
    }

    @Test
    void interrupt_endsTheProcessBySigtermWithinTenSeconds() {
        clouds.objects()
                .faults()
                .on(ApiCall.OBJECTS_DOWNLOAD)
                .delay(Duration.ofSeconds(2))
                .always();
        Thread merging = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            while (clouds.objects().calls(ApiCall.OBJECTS_DOWNLOAD).stream()
                    .noneMatch(call -> call.toString().contains("f0.parquet"))) {
                sleep();
            }
            merging.interrupt();
        });
        interrupter.setDaemon(true);
        interrupter.start();
        long begin = System.nanoTime();
        Throwable thrown = catchThrowable(() -> clouds.strategy().build().merge(pair.request()));

        assertThat(thrown).isInstanceOf(MergeCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
        assertThat(clouds.run().cancelled()).isEqualTo(1);
        assertThat(clouds.run().running()).isZero();
    }

    private static void sleep() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
