/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Events for the JDK's Flight Recorder. To load one costs a tenth of a second and 10 MB: ask {@link
 * jdk.jfr.FlightRecorder#isInitialized} first, which is false until a recording begins.
 */
@NullMarked
package dev.marquetry.local.internal.jfr;

import org.jspecify.annotations.NullMarked;
