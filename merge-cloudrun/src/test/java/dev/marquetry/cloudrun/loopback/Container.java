/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import java.time.Duration;
import java.util.OptionalInt;

/** A container that runs. Thread-safe. */
public interface Container {
    /** Returns the exit code, or empty if it has not ended within {@code time}. */
    OptionalInt await(Duration time) throws InterruptedException;

    /** Asks it to end: SIGTERM. */
    void terminate();

    /** Ends it: SIGKILL. */
    void kill();
}
