/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeFailedException;
import dev.marquetry.examples.sample.SampleCodec;
import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code marquetry sample}: writes a pair to try merges on. */
@Command(
        name = "sample",
        mixinStandardHelpOptions = true,
        versionProvider = Marquetry.Version.class,
        sortOptions = false,
        description = "Writes targets.parquet and feature files of random values, the same for the same seed.")
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
final class SampleCommand implements Callable<Integer> {
    private static final int TELL_EVERY_FILES = 100;

    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder to write into.")
    private Path folder;

    @Option(names = "--files", paramLabel = "N", defaultValue = "667", description = "Feature files (default 667).")
    private int files;

    @Option(
            names = "--columns",
            paramLabel = "N",
            defaultValue = "25",
            description = "Columns of each beside the key (default 25).")
    private int columns;

    @Option(names = "--rows", paramLabel = "N", defaultValue = "100000", description = "Rows (default 100000).")
    private int rows;

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            defaultValue = "aligned",
            description = "aligned (default), gappy or shuffled.")
    private Shape shape;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "42", description = "Decides every value (default 42).")
    private long seed;

    @Option(
            names = "--row-group-rows",
            paramLabel = "N",
            defaultValue = "" + SampleSpec.DEFAULT_ROW_GROUP_ROWS,
            description = "Rows of a row group (default ${DEFAULT-VALUE}).")
    private int rowGroupRows;

    @Option(
            names = "--feature-row-group-rows",
            paramLabel = "N",
            split = ",",
            description = "The same for feature files, several in turn (default as the spine).")
    private @Nullable List<Integer> featureRowGroupRows;

    @Option(
            names = "--codec",
            paramLabel = "NAME",
            defaultValue = "snappy",
            description = "snappy (default), zstd or uncompressed.")
    private SampleCodec codec;

    @Option(names = "--compressible", description = "Values that change little from row to row, not random ones.")
    private boolean compressible;

    SampleCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        SampleSpec sample = spec();
        long begun = System.nanoTime();
        long bytes = write(sample);
        double seconds = (System.nanoTime() - begun) / 1e9;
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %s and %,d feature files, %s in %.1f s (%s/s)",
                        folder,
                        SampleSpec.SPINE,
                        files,
                        new MemorySize(bytes),
                        seconds,
                        new MemorySize((long) (bytes / seconds))));
        return ExitCode.DONE.code();
    }

    private SampleSpec spec() {
        try {
            return new SampleSpec(
                    files,
                    columns,
                    rows,
                    List.of(shape),
                    seed,
                    rowGroupRows,
                    Objects.requireNonNullElse(featureRowGroupRows, List.of(rowGroupRows)),
                    codec,
                    compressible);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid sample: " + e.getMessage());
        }
    }

    private long write(SampleSpec sample) throws InterruptedException {
        try {
            Path there = folder.toAbsolutePath();
            while (there.getParent() != null && Files.notExists(there)) {
                there = there.getParent();
            }
            long free = Files.getFileStore(there).getUsableSpace();
            if (free < sample.expectedBytes()) {
                throw new MergeFailedException("[" + folder + "] Cannot write a sample of about "
                        + new MemorySize(sample.expectedBytes()) + ": " + new MemorySize(free) + " free");
            }
            return Sampler.write(sample, folder, this::tell);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidInputException(
                    "[" + e.getFile() + "] Cannot write a sample where one is: give an empty folder", e);
        } catch (IOException e) {
            throw new MergeFailedException("[" + folder + "] Cannot write a sample: " + e, e);
        }
    }

    private void tell(int done) {
        if (done % TELL_EVERY_FILES == 0) {
            console.err().println("written: " + done + " of " + (files + 1) + " files");
        }
    }
}
