import { Argument, Command } from "commander";

/** `dokomodo completion` prints the script with which a shell completes the command. */
export function completionCommand(): Command {
  return new Command("completion")
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      `
Examples:
  source <(dokomodo completion bash)            # in ~/.bashrc
  source <(dokomodo completion zsh)             # in ~/.zshrc, after compinit
  dokomodo completion fish | source             # in ~/.config/fish/config.fish

It completes commands, options, and names of chains, hosts, nodes and stacks out of the files of the current folder.
The shell runs \`dokomodo\`, so the command has to be on the path.`,
    )
    .action(async (shell: string) => {
      const { script } = await import("@bomb.sh/tab");
      script(shell, "dokomodo", "dokomodo");
    });
}
