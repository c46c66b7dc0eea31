import { useParams } from "@tanstack/react-router";

export function WorkflowPage() {
  const { namespace, name } = useParams({ from: "/workflows/$namespace/$name" });
  return <h1>{`${namespace}/${name}`}</h1>;
}
