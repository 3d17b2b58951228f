/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MemorySize;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar of bytes moved, with the step and the memory in use beside it. */
final class BarView implements ProgressView {
    private static final int WIDTH = 79; // stated, so that no terminal library is loaded to ask
    private static final int REDRAW_MILLIS = 200;

    private final PrintStream out;
    private final ProgressBar bar;
    private volatile @Nullable Duration timeLeft;

    BarView(PrintStream out) {
        this.out = out;
        bar = new ProgressBarBuilder()
                .setTaskName(Phase.PLAN.verb())
                .setInitialMax(1)
                .setUnit(" MB", 1_000_000)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setEtaFunction(state -> Optional.ofNullable(timeLeft))
                .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
                .build();
    }

    @Override
    public void onProgress(Progress progress) {
        bar.maxHint(Math.max(1, progress.bytesTotal()));
        bar.stepTo(progress.bytesDone());
        timeLeft = progress.timeLeft().orElse(null);
        StringBuilder beside = new StringBuilder(progress.phase().verb());
        beside.append(' ').append(shortSize(progress.memoryBytes()));
        progress.memoryLimitBytes().ifPresent(limit -> beside.append('/').append(shortSize(limit)));
        bar.setExtraMessage(beside.toString());
        progress.warning().ifPresent(text -> out.println("\nwarning: " + text));
    }

    private static String shortSize(long bytes) {
        long mebibytes = bytes >> 20;
        return mebibytes < 10_000 ? String.format(Locale.ROOT, "%dM", mebibytes) : new MemorySize(bytes).toString();
    }

    @Override
    public void close() {
        bar.close();
    }
}
