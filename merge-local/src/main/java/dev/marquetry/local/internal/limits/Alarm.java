/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.Resource;
import dev.marquetry.local.internal.limits.GuardedThreads.Spot;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds figures against limits: within a tenth of a limit it warns, once per resource; beyond it asks the merge to stop.
 * Figures are given by one thread at a time; {@link #silence} may come from any.
 */
final class Alarm {
    private static final Logger LOG = LoggerFactory.getLogger(Alarm.class);

    private final MergeControl control;
    private final GuardedThreads threads;
    private final Place mainPlace;
    private final Consumer<String> warnings;
    private final Set<Resource> warned = EnumSet.noneOf(Resource.class);
    private boolean complained;
    private volatile boolean silent;

    Alarm(MergeControl control, GuardedThreads threads, Place mainPlace, Consumer<String> warnings) {
        this.control = control;
        this.threads = threads;
        this.mainPlace = mainPlace;
        this.warnings = warnings;
    }

    /** Asks nobody to stop hereafter. */
    void silence() {
        silent = true;
    }

    /** Warns if {@code observed} is nine tenths of {@code limit} or more. */
    void nearCeiling(Resource resource, long observed, long limit, String source) {
        if (observed >= limit - limit / 10) {
            warn(resource, observed, limit, source);
        }
    }

    /** Warns or breaches if {@code free} is near or below {@code floor}. */
    void floor(Resource resource, long free, long floor, String source) {
        if (free < floor) {
            breach(resource, floor, free, "(" + source + ")");
        } else if (free - floor < floor / 9) {
            warn(resource, free, floor, source);
        }
    }

    /** Asks the merge to stop; {@code detail} follows the place in the breach. */
    void breach(Resource resource, long limit, long observed, String detail) {
        if (silent) {
            return;
        }
        Spot spot = threads.mostTelling(mainPlace);
        String where = spot.place().where();
        where = where.isEmpty() || detail.isEmpty() ? where + detail : where + " " + detail;
        control.stop(new LimitBreachException(new LimitBreach(
                resource, limit, observed, Basis.MEASURED, spot.place().phase(), where)));
    }

    /** Logs the first thing that went wrong with the watch itself. */
    void complain(Throwable problem) {
        if (!complained) {
            complained = true;
            LOG.warn("Guard can not see every figure; the merge goes on and this is not mentioned again", problem);
        }
    }

    private void warn(Resource resource, long observed, long limit, String source) {
        if (!warned.add(resource)) {
            return;
        }
        String kind = resource.isFloor() ? "floor of " : "limit of ";
        try {
            warnings.accept(resource.label() + " is " + resource.format(observed) + ", near its " + kind
                    + resource.format(limit) + " (" + source + ")");
        } catch (RuntimeException e) {
            complain(e);
        }
    }
}
