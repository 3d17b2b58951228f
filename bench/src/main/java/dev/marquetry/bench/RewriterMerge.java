/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.rewrite.ParquetRewriter;
import org.apache.parquet.hadoop.rewrite.RewriteOptions;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalOutputFile;

/**
 * Joins files with {@code ParquetRewriter}. It knows two sides, and all files of a side must have one schema; so files are
 * joined in pairs, then the pairs in pairs, which writes every byte once for each doubling of the files.
 */
final class RewriterMerge {
    private final Path scratch;
    private int written;

    private RewriterMerge(Path scratch) {
        this.scratch = scratch;
    }

    /** Merges: folder of the inputs, output, scratch folder. */
    public static void main(String[] args) throws IOException {
        new RewriterMerge(Path.of(args[2])).merge(Inputs.in(Path.of(args[0])), Path.of(args[1]));
    }

    private void merge(Inputs inputs, Path output) throws IOException {
        List<Path> files = inputs.all();
        while (files.size() > 1) {
            List<Path> wider = new ArrayList<>();
            for (int f = 0; f + 1 < files.size(); f += 2) {
                Path joined = files.size() == 2 ? output : scratch.resolve("join-" + written++ + ".parquet");
                join(files.get(f), files.get(f + 1), joined);
                wider.add(joined);
                deleteUnlessInput(files.get(f));
                deleteUnlessInput(files.get(f + 1));
            }
            if (files.size() % 2 == 1) {
                wider.add(files.get(files.size() - 1));
            }
            files = wider;
        }
    }

    private void deleteUnlessInput(Path file) throws IOException {
        if (file.startsWith(scratch)) {
            Files.delete(file);
        }
    }

    private static void join(Path left, Path right, Path output) throws IOException {
        // The key is on both sides; the left one stays.
        List<InputFile> one = List.of(new ChannelInputFile(left));
        List<InputFile> other = List.of(new ChannelInputFile(right));
        RewriteOptions options = new RewriteOptions.Builder(
                        new PlainParquetConfiguration(), one, other, new LocalOutputFile(output))
                .build();
        try (ParquetRewriter rewriter = new ParquetRewriter(options)) {
            rewriter.processBlocks();
        }
    }
}
