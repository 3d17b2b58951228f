/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A container that runs nothing and ends when a test says so, or at SIGTERM, or only at SIGKILL. Thread-safe. */
public final class ScriptedContainer implements Container {
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final boolean heedsTerm;

    /** Creates one that ends at SIGTERM only if it {@code heedsTerm}. */
    public ScriptedContainer(boolean heedsTerm) {
        this.heedsTerm = heedsTerm;
    }

    /** Returns one that has ended. */
    public static ScriptedContainer ended(int exitCode) {
        ScriptedContainer container = new ScriptedContainer(true);
        container.end.complete(exitCode);
        return container;
    }

    @Override
    public OptionalInt await(Duration time) throws InterruptedException {
        try {
            return OptionalInt.of(end.get(time.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return OptionalInt.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void terminate() {
        if (heedsTerm) {
            end.complete(143);
        }
    }

    @Override
    public void kill() {
        end.complete(137);
    }
}
