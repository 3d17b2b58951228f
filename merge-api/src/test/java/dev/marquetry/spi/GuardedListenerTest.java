/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.Phase;
import dev.marquetry.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GuardedListenerTest {
    private static final Progress EVENT = Progress.in(Phase.MOVE).build();

    @Test
    void events_arePassedOn() {
        List<Progress> seen = new ArrayList<>();
        new GuardedListener(seen::add).onProgress(EVENT);

        assertThat(seen).containsExactly(EVENT);
    }

    @Test
    void exceptions_areSwallowedAndLaterEventsStillTold() {
        AtomicInteger calls = new AtomicInteger();
        GuardedListener listener = new GuardedListener(progress -> {
            calls.incrementAndGet();
            throw new IllegalStateException("listener failed as the test wants");
        });

        assertThatCode(() -> {
                    listener.onProgress(EVENT);
                    listener.onProgress(EVENT);
                })
                .doesNotThrowAnyException();
        assertThat(calls).hasValue(2);
    }

    @Test
    void errors_passThrough() {
        GuardedListener listener = new GuardedListener(progress -> {
            throw new AssertionError("as the test wants");
        });

        assertThatThrownBy(() -> listener.onProgress(EVENT)).isInstanceOf(AssertionError.class);
    }

    @Test
    void calls_neverOverlap() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        GuardedListener listener = new GuardedListener(progress -> {
            overlaps.addAndGet(inside.getAndIncrement());
            Thread.yield();
            inside.decrementAndGet();
        });
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    for (int call = 0; call < 1000; call++) {
                        listener.onProgress(EVENT);
                    }
                } catch (InterruptedException e) {
                    overlaps.incrementAndGet();
                }
            });
            threads.add(thread);
            thread.start();
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(overlaps).hasValue(0);
    }
}
