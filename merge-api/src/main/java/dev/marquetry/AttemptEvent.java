/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * An {@link Attempt} of a policy, for the JDK's Flight Recorder. To load this class costs a tenth of a second and 10 MB: ask
 * {@link jdk.jfr.FlightRecorder#isInitialized} first, which is false until a recording begins.
 */
@Name("dev.marquetry.Attempt")
@Label("Attempt")
@Category("Marquetry")
@Description("One strategy's try at a merge has ended")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
final class AttemptEvent extends Event {
    @Label("Output")
    private final String output;

    @Label("Strategy")
    private final String strategy;

    @Label("Outcome")
    private final String outcome;

    @Label("Elapsed")
    @Timespan(Timespan.NANOSECONDS)
    private final long elapsed;

    @Label("Cost")
    @Description("In US dollars")
    private final double cost;

    @Label("Detail")
    private final String detail;

    private AttemptEvent(String output, Attempt attempt) {
        this.output = output;
        strategy = attempt.strategy();
        outcome = attempt.outcome().name();
        elapsed = attempt.elapsed().toNanos();
        cost = attempt.cost().doubleValue();
        detail = attempt.detail();
    }

    /** Records {@code attempt} at a merge into {@code output}. */
    static void record(String output, Attempt attempt) {
        new AttemptEvent(output, attempt).commit();
    }
}
